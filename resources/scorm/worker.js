/**
 * Answers every request below its scope out of the ZIP of one SCORM package.
 *
 * The scope is a folder that the server does not have: BASE/cpscorm-ID/. BASE/cpscorm-ID.json says
 * where each file lies in BASE/cpscorm-ID.zip. A lesson therefore sees its own folders, queries and
 * relative links. All else of the course passes by untouched.
 */
// Larger ZIPs are read in ranges, smaller ones kept in the cache
const WHOLE = 32 * 1024 * 1024;
// … and in memory, if they are small: a Blob asks another process for each of its parts
const SMALL = 8 * 1024 * 1024;
// Milliseconds that a page waits for the whole ZIP
const PATIENCE = 1000;
const scope = new URL(self.registration.scope).pathname;
const [, base, id] = /^(.*\/)cpscorm-([0-9a-z]+)\/$/.exec(scope);

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin === self.location.origin && url.pathname.startsWith(scope)) {
    prepared = false;
    event.respondWith(respond(event.request, url));
  }
});

// Pages that a lesson has written by script, until they are fetched
const written = new Map();

/**
 * The player asks before it opens a lesson whether it can be served; a page of the lesson hands over
 * what was written into a frame without an address.
 */
self.addEventListener("message", (event) => {
  const [port] = event.ports;
  const { ask, page: text, key } = event.data || {};
  if (port && typeof ask === "string") {
    event.waitUntil(announce(ask, port));
  } else if (port && typeof text === "string") {
    written.set(key, text);
    port.postMessage(key);
  }
});

async function announce(path, port) {
  try {
    const index = await renewIndex();
    const found = findMember(index.files, path);
    prefetch(index);
    const pdf = Object.values(index.files).some((row) => row.t === "application/pdf");
    const type = found && index.files[found].t;
    port.postMessage({ status: found ? 200 : 404, version: versionOf(index), pdf, type });
  } catch (error) {
    port.postMessage({ status: error.status || 503, message: error.message });
  }
}

/** Begin with the ZIP; who needs it hears of a failure. */
function prefetch(index) {
  if (index.size <= WHOLE) {
    openArchive(index).catch(() => null);
  }
}

async function respond(request, url) {
  if (!["GET", "HEAD", "POST"].includes(request.method)) {
    return failurePage(new Failure(405, "A lesson’s files can only be read."));
  }
  const path = url.pathname.slice(scope.length);
  const key = url.searchParams.get("cpscorm-page");
  try {
    return written.has(key) ? await writtenPage(key) : await serve(request, path);
  } catch (error) {
    if (!(error instanceof Mismatch)) {
      return failurePage(error);
    }
  }
  forget();
  return serve(request, path, "reload").catch(failurePage);
}

// ------------------------------------------------------------------------------------ answers

async function serve(request, path, cache) {
  const index = await readIndex();
  const found = findMember(index.files, path);
  if (found === null) {
    throw new Absent(path);
  }
  const row = index.files[found];
  if (row.n) {
    return passOn(request, row, index);
  }
  const isPage = request.mode === "navigate" && /^(text\/html|application\/xhtml\+xml)/.test(row.t);
  if (isPage && request.method !== "HEAD") {
    return page(row, new Uint8Array(await wholeOf(row, index, cache)), index);
  }
  const span = readRange(request.headers.get("Range"), row.s);
  if (span === "beyond") {
    return new Response(null, {
      status: 416, headers: { "Content-Range": `bytes */${row.s}`, "Content-Length": "0" },
    });
  }
  const body = request.method === "HEAD" ? null : await bodyOf(row, index, span, cache);
  return span ? partial(row, span, body) : whole(row, body);
}

/** Text that a script has written, behind a byte order mark: it says UTF-8 before all else. */
async function writtenPage(key) {
  const bytes = new TextEncoder().encode(`\ufeff${written.get(key)}`);
  written.delete(key);
  return page({ t: "text/html" }, bytes, await readIndex());
}

function whole(row, body) {
  return new Response(body, {
    headers: { "Content-Type": row.t, "Content-Length": row.s, "Accept-Ranges": "bytes" },
  });
}

function partial(row, [first, last], body) {
  return new Response(body, {
    status: 206,
    statusText: "Partial Content",
    headers: {
      "Content-Type": row.t,
      "Content-Length": last - first + 1,
      "Content-Range": `bytes ${first}-${last}/${row.s}`,
      "Accept-Ranges": "bytes",
    },
  });
}

/**
 * The bytes asked for (RFC 9110, 14.2): [first, last], "beyond", or null for the whole file.
 * Several ranges, other units and nonsense are answered with the whole file.
 */
function readRange(header, size) {
  const match = /^bytes=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(header || "");
  if (!match || (!match[1] && !match[2])) {
    return null;
  }
  if (!match[1]) {
    const count = Math.min(Number(match[2]), size);
    return count ? [size - count, size - 1] : "beyond";
  }
  const first = Number(match[1]);
  const last = match[2] ? Math.min(Number(match[2]), size - 1) : size - 1;
  if (match[2] && Number(match[2]) < first) {
    return null;
  }
  return first < size ? [first, last] : "beyond";
}

/** The file, or a part of it: whatever a Response can be made of. */
async function bodyOf(row, index, span, cache) {
  if (row.m !== 8) {
    const [first, last] = span || [0, row.s - 1];
    return piece(index, row.o + first, last - first + 1, cache);
  }
  if (span) {
    const all = await wholeOf(row, index, cache);
    return all.slice(span[0], span[1] + 1);
  }
  const packed = await piece(index, row.o, row.c, cache);
  return inflated(packed, row.s);
}

// The last inflated file: media asks for one file in many ranges
let latest = {};

async function wholeOf(row, index, cache) {
  if (latest.row !== row) {
    const body = await bodyOf(row, index, null, cache);
    const bytes = await new Response(body).arrayBuffer();
    if (bytes.byteLength !== row.s) {
      throw new Mismatch();
    }
    latest = { row, bytes };
  }
  return latest.bytes;
}

async function inflated(packed, size) {
  let filter;
  try {
    filter = new DecompressionStream("deflate-raw");
  } catch {
    // Browsers of before 2023
    const bytes = await new Response(packed).arrayBuffer();
    return inflate(new Uint8Array(bytes), size);
  }
  return new Response(packed).body.pipeThrough(filter);
}

/** A file that is an asset of its own: the server answers, with the type that we know. */
async function passOn(request, row, index) {
  const range = request.headers.get("Range");
  const response = await reach(`${base}${row.n}?v=${versionOf(index)}`, {
    method: request.method === "HEAD" ? "HEAD" : "GET", headers: range ? { Range: range } : {},
  }, [416]);
  const headers = new Headers({ "Content-Type": row.t, "Accept-Ranges": "bytes" });
  for (const name of ["Content-Range", "Content-Length"]) {
    if (response.headers.has(name)) {
      headers.set(name, response.headers.get(name));
    }
  }
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}

// ------------------------------------------------------------------------------ index and ZIP

// Promises, so that many requests at once read once
let indexRead = null;
// Whether it was read just now, for the player that asks first
let prepared = true;
let archiveRead = null;
let archiveSha = "";
let archiveSince = 0;
// Size and date of the ZIP that ranges were read from
let stamp = null;

function forget() {
  indexRead = archiveRead = stamp = null;
  latest = {};
}

function readIndex() {
  if (!indexRead) {
    const reading = loadIndex();
    reading.catch(() => (indexRead = indexRead === reading ? null : indexRead));
    indexRead = reading;
  }
  return indexRead;
}

/** Each time a lesson is opened: a worker lives on while the course is imported again. */
async function renewIndex() {
  if (prepared && indexRead) {
    prepared = false;
    return indexRead;
  }
  const now = await loadIndex();
  const before = indexRead && (await indexRead.catch(() => null));
  if (!before || versionOf(before) !== versionOf(now)) {
    forget();
    indexRead = Promise.resolve(now);
  }
  return indexRead;
}

/** Of the whole lesson: files beside the ZIP may change while the ZIP stays as it is. */
function versionOf({ v, sha }) {
  return v || sha;
}

async function loadIndex() {
  const response = await reach(`${base}cpscorm-${id}.json`, { cache: "no-cache" });
  let index;
  try {
    index = await response.json();
    index.files = filesOf(index);
  } catch {
    throw new Failure(503, "The list of this lesson’s files could not be read.");
  }
  keepWords(index);
  return index;
}

/** `length` bytes of the ZIP from `start` on: whatever a Response can be made of. */
async function piece(index, start, length, cache) {
  if (length <= 0) {
    return new Blob([]);
  }
  const archive = index.size <= WHOLE ? await soon(openArchive(index, cache)) : null;
  if (archive) {
    return archive.slice(start, start + length);
  }
  // An address for each part: browsers ask for one address once at a time.
  const response = await reach(`${base}${index.zip}?v=${index.sha}&at=${start}`, {
    cache: cache || "default", headers: { Range: `bytes=${start}-${start + length - 1}` },
  });
  checkStamp(response, index);
  if (response.status === 206) {
    return response.body;
  }
  // A proxy dropped the range
  return (await response.blob()).slice(start, start + length);
}

/** The ZIP, or null if it takes long: then files are fetched one by one until it is there. */
function soon(archive) {
  const left = Math.max(0, archiveSince + PATIENCE - Date.now());
  return Promise.race([archive, new Promise((go) => setTimeout(go, left, null))]);
}

/** Ranges must all come from the ZIP of this index. */
function checkStamp(response, { size }) {
  const { headers, status } = response;
  const range = headers.get("Content-Range") || "";
  const total = status === 206 ? range.split("/")[1] : headers.get("Content-Length");
  const now = headers.get("ETag") || headers.get("Last-Modified");
  if ((total && total !== "*" && Number(total) !== size) || (stamp && now && stamp !== now)) {
    throw new Mismatch();
  }
  stamp = now || stamp;
}

function openArchive({ zip, sha }, cache) {
  if (!archiveRead || archiveSha !== sha) {
    const reading = loadArchive(zip, sha, cache);
    reading.catch(() => (archiveRead = archiveRead === reading ? null : archiveRead));
    archiveRead = reading;
    archiveSha = sha;
    archiveSince = Date.now();
  }
  return archiveRead;
}

async function loadArchive(zip, sha, cache) {
  const address = `${base}${zip}?v=${sha}`;
  const kept = await fromCache(address);
  if (kept) {
    return kept.size <= SMALL ? new Uint8Array(await kept.arrayBuffer()) : kept;
  }
  const response = await reach(address, { cache: cache || "default" });
  const bytes = await response.arrayBuffer();
  if ((await sha256(bytes)) !== sha) {
    throw new Mismatch();
  }
  const blob = new Blob([bytes]);
  keep(address, blob);
  return blob.size <= SMALL ? new Uint8Array(bytes) : blob;
}

/** An answer of the server, or a Failure that says what went wrong. */
async function reach(address, options, allowed = []) {
  let response;
  try {
    response = await fetch(address, options);
  } catch {
    throw new Failure(504, "The server cannot be reached. Check the connection and reload.");
  }
  if (!response.ok && !allowed.includes(response.status)) {
    throw new Failure(503, `The server does not hand out this lesson’s files (${response.status}).`);
  }
  return response;
}

// Whoever starts the worker is about to ask. The page names the ZIP, if it is one to be kept.
const named = new URLSearchParams(self.location.search).get("sha");
if (named) {
  openArchive({ zip: `cpscorm-${id}.zip`, sha: named }).catch(() => null);
}
readIndex().then(prefetch).catch(() => null);
