"use strict";
/** Puts the gap script into the HTML pages that a lesson opens. */

/** The page with the gap script behind its <head>; every byte of its own stays as it is. */
function page(row, bytes, index) {
  // One character for each byte
  const text = new TextDecoder("windows-1252").decode(bytes);
  const headers = { "Content-Type": row.t };
  if (/^(\xff\xfe|\xfe\xff)/.test(latin(bytes)) || bytes[0] === 0 || bytes[1] === 0) {
    // UTF-16 is left alone
    return new Response(bytes, { headers });
  }
  const charset = declaredCharset(text);
  if (charset && row.t === "text/html" && latin(bytes) !== "\xef\xbb\xbf") {
    // Browsers look for it in 1,024 bytes only
    headers["Content-Type"] += `; charset=${charset}`;
  }
  const place = JSON.stringify({ scope, base, id, sha: index.sha }).replace(/</g, "\\u003c");
  const call = `(${bare(gap)})(${place},${bare(findMember)},${bare(inflate)})`;
  const script = `<script>/*<![CDATA[*/${call}/*]]>*/</script>`;
  const at = insertionPoint(text);
  return new Response(new Blob([bytes.subarray(0, at), script, bytes.subarray(at)]), { headers });
}

/** A function’s source without lines that only explain, and in ASCII: a page has its own charset. */
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

/** Behind <head…>, else <html…>, else the doctype, XML declaration or byte order mark. */
function insertionPoint(text) {
  const tags = /<!--[^]*?(?:-->|$)|<(head|html|!doctype|\?xml|body)(?=[\s>/])(?:"[^"]*"|'[^']*'|[^>"'])*>/gi;
  let at = text.startsWith("\u00ef\u00bb\u00bf") ? 3 : 0;
  for (let match = tags.exec(text); match; match = tags.exec(text)) {
    const name = (match[1] || "").toLowerCase();
    if (name === "body") {
      break;
    }
    at = name ? tags.lastIndex : at;
    if (name === "head") {
      break;
    }
  }
  return at;
}
