"use strict";
/** Why the worker cannot give a file, and how it says so in the language of the course. */

/** Why a file cannot be given: an HTTP status and a sentence. */
class Failure extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The lesson asked for a file that is not in its package. */
class Absent extends Failure {
  constructor(path) {
    super(404, `The file “${path}” is missing from this lesson.`);
    this.path = path;
  }
}

/** The ZIP is not the one that the index describes: a re-import happened in between. */
class Mismatch extends Failure {
  constructor() {
    super(503, "This lesson was changed a moment ago. Reload the page.");
  }
}

/**
 * What a learner sees in place of a page, in the language of the course; also the body of every
 * other failure.
 */
async function failurePage(error) {
  const status = error.status || 503;
  const { lang, say } = await words();
  const told = say && (error instanceof Absent ? say.absent : say.broken);
  const sentence = told ? told.replace("{file}", () => error.path) : error.message;
  const escape = (text) => String(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const html = [
    `<!DOCTYPE html><html lang="${escape(told ? lang : "en")}"><head><meta charset="utf-8">`,
    `<meta name="cpscorm-failure" content="${status}"><title>${status}</title></head>`,
    '<body dir="auto" style="font:16px system-ui,sans-serif;margin:2em">',
    `<p>${escape(sentence)}</p></body></html>`,
  ].join("");
  return new Response(html, { status, headers: { "Content-Type": "text/html; charset=utf-8" } });
}

/** Under this address, which ends with the version, the words are kept in the cache. */
function addressOfWords() {
  return `${base}cpscorm-${id}.json${self.location.search}`;
}

/** For when the index cannot be fetched; English needs no words of the index. */
function keepWords({ lang, say }) {
  if (say) {
    keep(addressOfWords(), new Blob([JSON.stringify({ lang, say })]));
  }
}

/** What the index says, or has said, of failures. */
async function words() {
  const index = indexRead && (await indexRead.catch(() => null));
  if (index) {
    return index;
  }
  const kept = await fromCache(addressOfWords());
  return kept ? JSON.parse(await kept.text()) : {};
}
