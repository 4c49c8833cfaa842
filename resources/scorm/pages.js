"use strict";
/** Puts the gap script into the HTML pages that a lesson opens. */

let unpacked = "";

/** The scripts for pages, which travel deflated; in ASCII, since a page has its own charset. */
function pageScripts() {
  const { size, packed } = PAGE_SCRIPTS;
  const bytes = () => Uint8Array.from(atob(packed), (one) => one.charCodeAt(0));
  unpacked ||= new TextDecoder().decode(inflate(bytes(), size));
  return unpacked;
}

/** The page with the gap script behind its <head>; every byte of its own stays as it is. */
function page(row, bytes, index) {
  // One character for each byte
  const text = new TextDecoder("windows-1252").decode(bytes);
  const headers = { "Content-Type": row.t };
  if (/^(\xff\xfe|\xfe\xff)/.test(latin(bytes)) || bytes[0] === 0 || bytes[1] === 0) {
    // UTF-16 is left alone
    return new Response(bytes, { headers });
  }
  const at = insertionPoint(text, row.t.startsWith("application/xhtml"));
  if (at === null) {
    return new Response(bytes, { headers });
  }
  const charset = declaredCharset(text);
  if (charset && row.t === "text/html" && latin(bytes) !== "\xef\xbb\xbf") {
    // Browsers look for it in 1,024 bytes only
    headers["Content-Type"] += `; charset=${charset}`;
  }
  const place = JSON.stringify({ scope, base, id, version: versionOf(index) })
    .replace(/</g, "\\u003c");
  const tools = [findMember, filesOf, inflate].map(bare).join(";");
  const call = `(()=>{${pageScripts()};${tools};gap(${place},`
    + "{findMember,filesOf,inflate,guard,blanks})})()";
  const script = `<script>/*<![CDATA[*/${call}/*]]>*/</script>`;
  return new Response(new Blob([bytes.subarray(0, at), script, bytes.subarray(at)]), { headers });
}

/** A function’s source without lines that only explain, and in ASCII, too. */
function bare(code) {
  return String(code)
    .replace(/^\s*(\/\*\*[^]*?\*\/|\/\/.*)?\s*/gm, "")
    .replace(/[^\x00-\x7f]/g, "_");
}

function latin(bytes) {
  return String.fromCharCode(...bytes.subarray(0, 3));
}

/** What the page says of itself in the part that a browser looks at (HTML, 13.2.3.2). */
function declaredCharset(text) {
  const head = text.slice(0, 1024).replace(/<!--[^]*?-->/g, "");
  const match = /<meta\s[^>]*?charset\s*=\s*["']?\s*([\w.:-]+)/i.exec(head);
  try {
    const { encoding } = new TextDecoder(match[1]);
    return encoding.startsWith("utf-16") ? "utf-8" : encoding;
  } catch {
    return null;
  }
}

// What may stand before a <head> without beginning the body: blanks, comments, doctype (with what XML
// allows inside it), other declarations, processing instructions
const BEFORE = new RegExp(
  [
    /[ \t\r\n\f]+|<!--[^]*?(?:-->|$)/,
    /<!(doctype)\b(?:"[^"]*"|'[^']*'|\[[^\]]*\]|[^>"'[])*>|<!(?!doctype)[^>]*>/,
    /<(\?xml)\b[^>]*>|<\?[^>]*>/,
    /<(html|head)(?=[\s>/])(?:"[^"]*"|'[^']*'|[^>"'])*>/,
  ].map(({ source }) => source).join("|"),
  "iy",
);

/**
 * Behind <head…>, else <html…>, else the doctype, XML declaration or byte order mark; null for XML
 * whose root is not plainly <html>. Tags further on may stand in scripts, titles and attributes.
 */
function insertionPoint(text, isXml) {
  let at = text.startsWith("\u00ef\u00bb\u00bf") ? 3 : 0;
  let root = false;
  BEFORE.lastIndex = at;
  for (let match = BEFORE.exec(text); match; match = BEFORE.exec(text)) {
    const name = match.slice(1).find((one) => one) || "";
    at = name ? BEFORE.lastIndex : at;
    root ||= /^h/i.test(name);
    if (/^head$/i.test(name)) {
      break;
    }
  }
  return root || !isXml ? at : null;
}
