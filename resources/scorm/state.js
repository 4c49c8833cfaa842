"use strict";
/** Where progress is kept: localStorage, or memory when the browser refuses it. */
class Shelf {
  /** Key: course, package, item and learner, so that none of them meets another’s progress. */
  constructor(config, base) {
    this.key = ["cpscorm", courseOf(base), config.id, config.item || config.n, learnerOf()].join("/");
    this.memory = null;
    // Told to the learner once
    this.refused = false;
  }

  /** {"1.2": …, "2004": …}; empty when there is nothing, or nothing readable. */
  read() {
    try {
      const found = JSON.parse(window.localStorage.getItem(this.key));
      return found && found.v === 1 ? found : {};
    } catch {
      return this.memory || {};
    }
  }

  /** Whether it is kept beyond this page. */
  write(progress) {
    this.memory = { ...progress, v: 1, at: new Date().toISOString() };
    try {
      window.localStorage.setItem(this.key, JSON.stringify(this.memory));
      this.refused = false;
    } catch {
      this.refused = true;
    }
    return !this.refused;
  }
}

/** ORG+NUM+RUN of the folder the assets lie in; the folder itself where it is named otherwise. */
function courseOf(base) {
  const match = /asset-v1:(.+?)\+type@asset\+block/.exec(decodeURIComponent(base));
  return match ? match[1] : base;
}

/**
 * A short hash of the learner’s name from the platform’s cookie: progress on a shared computer
 * stays apart, and neither storage nor content gets to read the name from us.
 */
function learnerOf() {
  const cookie = /(?:^|;\s*)[\w-]*edx-user-info=([^;]*)/.exec(readCookie());
  const name = cookie && /username\W+([\w.@+-]+)/.exec(unescapeCookie(cookie[1]));
  return name ? hash(name[1]) : "anyone";
}

function readCookie() {
  try {
    return document.cookie;
  } catch {
    return "";
  }
}

/** The cookie is JSON in quotes, with octal escapes for commas; some servers percent-encode it. */
function unescapeCookie(value) {
  const plain = value.replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8)));
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}

/** FNV-1a, 64 bits: enough to keep learners apart; no secret rests on it. */
function hash(word) {
  let value = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(word)) {
    value = BigInt.asUintN(64, (value ^ BigInt(byte)) * 0x100000001b3n);
  }
  return value.toString(16).padStart(16, "0");
}
