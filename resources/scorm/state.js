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
  const name = cookie && usernameIn(cookie[1].trim());
  return name ? hash(name) : "anyone";
}

/** The cookie is JSON, at times in quotes, percent-encoded, or a text in JSON once more. */
function usernameIn(value) {
  for (const text of [unquoted(value), unquoted(decoded(value))]) {
    try {
      const found = JSON.parse(text);
      const { username } = typeof found === "string" ? JSON.parse(found) : found;
      if (username && typeof username === "string") {
        return username;
      }
    } catch {
      // not that way
    }
  }
  const near = /username\W+([\w.@+-]+)/.exec(decoded(unquoted(value)));
  return near && near[1];
}

function readCookie() {
  try {
    return document.cookie;
  } catch {
    return "";
  }
}

/** A value in quotes, with backslashes and octal escapes (RFC 6265 says nothing of them). */
function unquoted(value) {
  const inside = /^"([^]*)"$/.exec(value);
  return (inside ? inside[1] : value).replace(/\\([0-3][0-7]{2})|\\(["\\])/g, (all, octal, sign) =>
    octal ? String.fromCharCode(parseInt(octal, 8)) : inside ? sign : all);
}

function decoded(value) {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
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
