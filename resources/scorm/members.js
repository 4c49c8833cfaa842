"use strict";
/** What the index of a lesson says: which files there are, and which of them a path means. */

/**
 * The rows of an index by path: {o, c, s, m, t} in the ZIP, {n, s, t} beside it. Its lines are short:
 * path, packed size, size; path, size of what is not packed; or path, size, name, checksum. The gap
 * script gets this function, too.
 */
function filesOf({ files, types }) {
  if (!Array.isArray(files)) {
    // As CoursePorter 1.0 wrote them
    return files;
  }
  const encoder = new TextEncoder();
  let end = 0;
  return Object.fromEntries(files.map(([path, first, second]) => {
    const [, ending = ""] = /\.([^./]*)$/.exec(path) || [];
    const kind = ending.toLowerCase();
    const t = Object.hasOwn(types, kind) ? types[kind] : "application/octet-stream";
    if (typeof second === "string") {
      return [path, { n: second, s: first, t }];
    }
    const o = end + 30 + encoder.encode(path).length;
    end = o + first;
    return [path, { o, c: first, s: second ?? first, m: second === undefined ? 0 : 8, t }];
  }));
}

/**
 * Which file a path means: decoded, `\` as `/`, `//` as `/`; exactly, then whatever the case.
 * A folder means its index page. The gap script gets this function through its source text.
 */
function findMember(files, path) {
  let name = path.split(/[?#]/)[0].replace(/(?:%[0-9a-f]{2})+/gi, (part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      // An address written in Latin-1
      return unescape(part);
    }
  });
  name = name.replace(/[\\/]+/g, "/").replace(/^\//, "");
  const names = name === "" || name.endsWith("/")
    ? [`${name}index.html`, `${name}index.htm`] : [name];
  const exact = names.find((one) => Object.hasOwn(files, one));
  if (exact !== undefined) {
    return exact;
  }
  const fold = (one) => one.normalize("NFC").toLowerCase();
  findMember.folded ??= new WeakMap();
  if (!findMember.folded.has(files)) {
    const folded = new Map();
    Object.keys(files).forEach((one) => folded.has(fold(one)) || folded.set(fold(one), one));
    findMember.folded.set(files, folded);
  }
  const near = names.map((one) => findMember.folded.get(files).get(fold(one)));
  return near.find((one) => one !== undefined) ?? null;
}
