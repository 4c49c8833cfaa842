"use strict";
/**
 * Runs first in every page of a lesson and mends what a service worker never gets to see:
 * synchronous XMLHttpRequest, <object>, <embed> and <a download> go past it to the server, which
 * knows nothing of the files inside the ZIP. The worker puts the source text of this function into
 * the page, so it may use nothing but its parameters.
 *
 * place: {scope, base, id, sha} – paths of the virtual folder and of the assets, version of the ZIP.
 * findMember(files, path): the worker's own rule of which file a path means.
 */
function gap(place, findMember) {
  const { open, send, overrideMimeType } = XMLHttpRequest.prototype;
  const ours = document.currentScript;
  if (ours) {
    ours.remove(); // content that counts the scripts of its page must not find one more
  }

  /** The URL, if the address leads into this package; else null. */
  function inside(address) {
    try {
      const url = new URL(address, document.baseURI);
      return url.origin === location.origin && url.pathname.startsWith(place.scope) ? url : null;
    } catch {
      return null;
    }
  }

  // ------------------------------------------------------------- synchronous XMLHttpRequest

  const pending = new WeakMap(); // request → {method, url} that send() has to answer
  const types = new WeakMap(); // request → what overrideMimeType() was told
  const FIELDS = ["status", "statusText", "readyState", "responseText", "response", "responseXML",
    "responseURL", "getResponseHeader", "getAllResponseHeaders"];
  let index = null;

  XMLHttpRequest.prototype.open = function (method, address, async) {
    const url = arguments.length > 2 && !async ? inside(address) : null;
    FIELDS.forEach((name) => delete this[name]);
    pending.delete(this);
    types.delete(this);
    open.apply(this, arguments);
    if (url) {
      pending.set(this, { method: String(method).toUpperCase(), url });
    }
  };

  XMLHttpRequest.prototype.overrideMimeType = function (type) {
    types.set(this, String(type));
    return overrideMimeType.apply(this, arguments);
  };

  XMLHttpRequest.prototype.send = function () {
    const wanted = pending.get(this);
    if (!wanted) {
      return send.apply(this, arguments);
    }
    present(this, wanted, readMember(wanted.url));
  };

  /** Status, bytes and type of a file of the package, fetched while the page waits. */
  function readMember(url) {
    const files = readIndex().files;
    const found = findMember(files, url.pathname.slice(place.scope.length));
    if (found === null) {
      return { status: 404, type: "text/plain", bytes: new TextEncoder().encode("Not found") };
    }
    const row = files[found];
    let bytes;
    if (row.n) {
      bytes = fetchNow(`${place.base}${row.n}?v=${place.sha}`).bytes;
    } else if (row.c === 0) {
      bytes = new Uint8Array(0);
    } else {
      bytes = readSlice(row);
    }
    return { status: 200, type: row.t, bytes };
  }

  function readIndex() {
    if (!index) {
      const { bytes } = fetchNow(`${place.base}cpscorm-${place.id}.json?v=${place.sha}`);
      index = JSON.parse(new TextDecoder().decode(bytes));
    }
    return index;
  }

  function readSlice(row) {
    const range = `bytes=${row.o}-${row.o + row.c - 1}`;
    const { status, bytes } = fetchNow(`${place.base}${index.zip}?v=${index.sha}`, range);
    const packed = status === 206 ? bytes : bytes.subarray(row.o, row.o + row.c);
    return row.m === 8 ? inflate(packed, row.s) : packed;
  }

  /** Bytes of an asset; x-user-defined carries each byte unchanged through a text. */
  function fetchNow(address, range) {
    const request = new XMLHttpRequest();
    open.call(request, "GET", address, false);
    overrideMimeType.call(request, "text/plain; charset=x-user-defined");
    if (range) {
      request.setRequestHeader("Range", range);
    }
    send.call(request, null);
    if (request.status !== 200 && request.status !== 206) {
      throw new DOMException(`The server answered ${request.status}.`, "NetworkError");
    }
    const text = request.responseText;
    const bytes = new Uint8Array(text.length);
    for (let at = 0; at < text.length; at += 1) {
      bytes[at] = text.charCodeAt(at); // keeps the low byte
    }
    return { status: request.status, bytes };
  }

  /** Make the request look answered, and tell those who listen. */
  function present(request, { method, url }, { status, type, bytes }) {
    const final = types.get(request) || type;
    const body = method === "HEAD" ? "" : decode(bytes, final);
    const headers = { "content-type": type, "content-length": String(bytes.length) };
    const address = url.href.split("#")[0];
    const values = {
      status,
      statusText: status === 200 ? "OK" : "Not Found",
      readyState: 4,
      responseText: body,
      response: body,
      responseURL: address,
      getResponseHeader: (name) => headers[String(name).toLowerCase()] ?? null,
      getAllResponseHeaders: () =>
        Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join(""),
    };
    for (const [name, value] of Object.entries(values)) {
      Object.defineProperty(request, name, { configurable: true, value });
    }
    let tree;
    Object.defineProperty(request, "responseXML", {
      configurable: true,
      get: () => (tree = tree === undefined ? parse(body, final) : tree),
    });
    request.dispatchEvent(new Event("readystatechange"));
    const sizes = { lengthComputable: true, loaded: bytes.length, total: bytes.length };
    request.dispatchEvent(new ProgressEvent("load", sizes));
    request.dispatchEvent(new ProgressEvent("loadend", sizes));
  }

  /** Text of the bytes: byte order mark, charset of the type, XML declaration, UTF-8. */
  function decode(bytes, type) {
    const head = String.fromCharCode(...bytes.subarray(0, 120));
    const marks = { "\xff\xfe": "utf-16le", "\xfe\xff": "utf-16be" };
    const named = /charset=["']?([^\s;"']+)/i.exec(type)
      || (isXml(type) && /^(?:\xef\xbb\xbf)?<\?xml[^>]*encoding=["']([\w.-]+)/.exec(head));
    const label = marks[head.slice(0, 2)] || (named ? named[1] : "utf-8");
    try {
      return new TextDecoder(label).decode(bytes);
    } catch {
      return new TextDecoder().decode(bytes);
    }
  }

  function isXml(type) {
    return /^(text|application)\/xml\b|\+xml\b/i.test(type);
  }

  function parse(text, type) {
    if (!isXml(type)) {
      return null;
    }
    const tree = new DOMParser().parseFromString(text, "application/xml");
    return tree.querySelector("parsererror") ? null : tree;
  }

  /** RFC 1951, one symbol at a time. */
  function inflate(packed, size) {
    const out = new Uint8Array(size);
    let [at, end, bits, held] = [0, 0, 0, 0];

    function take(count) {
      for (; held < count; held += 8) {
        bits |= packed[at] << held;
        at += 1;
      }
      const value = bits & ((1 << count) - 1);
      bits >>>= count;
      held -= count;
      return value;
    }

    function tree(lengths) {
      const counts = new Array(16).fill(0);
      lengths.forEach((length) => (counts[length] += 1));
      counts[0] = 0;
      const next = counts.map((_, length) => counts.slice(0, length).reduce((a, b) => a + b, 0));
      const symbols = [];
      lengths.forEach((length, symbol) => {
        if (length) {
          symbols[next[length]] = symbol;
          next[length] += 1;
        }
      });
      return { counts, symbols };
    }

    function symbolOf({ counts, symbols }) {
      let [code, first, from] = [0, 0, 0];
      for (let length = 1; length < 16; length += 1) {
        code |= take(1);
        if (code - counts[length] < first) {
          return symbols[from + code - first];
        }
        from += counts[length];
        first = (first + counts[length]) << 1;
        code <<= 1;
      }
      throw new DOMException("This file of the lesson is damaged.", "NetworkError");
    }

    function trees() {
      const [literals, distances, codes] = [take(5) + 257, take(5) + 1, take(4) + 4];
      const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
      const short = new Array(19).fill(0);
      order.slice(0, codes).forEach((symbol) => (short[symbol] = take(3)));
      const code = tree(short);
      const lengths = [];
      while (lengths.length < literals + distances) {
        const symbol = symbolOf(code);
        const [value, times] = symbol < 16 ? [symbol, 1]
          : symbol === 16 ? [lengths[lengths.length - 1], 3 + take(2)]
          : [0, symbol === 17 ? 3 + take(3) : 11 + take(7)];
        lengths.push(...new Array(times).fill(value));
      }
      return [tree(lengths.slice(0, literals)), tree(lengths.slice(literals))];
    }

    function copyStored() {
      bits = held = 0;
      const count = packed[at] | (packed[at + 1] << 8);
      out.set(packed.subarray(at + 4, at + 4 + count), end);
      at += 4 + count;
      end += count;
    }

    function expand(literal, distance) {
      for (let symbol = symbolOf(literal); symbol !== 256; symbol = symbolOf(literal)) {
        if (symbol < 256) {
          out[end] = symbol;
          end += 1;
          continue;
        }
        const [base, extra] = LENGTHS[symbol - 257];
        const length = base + take(extra);
        const [near, more] = DISTANCES[symbolOf(distance)];
        const back = near + take(more);
        for (const stop = end + length; end < stop; end += 1) {
          out[end] = out[end - back];
        }
      }
    }

    const fixed = () => [
      tree([...new Array(288)].map((_, n) => (n < 144 ? 8 : n < 256 ? 9 : n < 280 ? 7 : 8))),
      tree(new Array(30).fill(5)),
    ];
    for (let last = 0; !last;) {
      last = take(1);
      const kind = take(2);
      if (kind === 0) {
        copyStored();
      } else {
        expand(...(kind === 1 ? fixed() : trees()));
      }
    }
    return out;
  }

  /** Base value and extra bits of each length or distance code (RFC 1951, 3.2.5). */
  function codes(count, first, grow) {
    let base = first;
    return [...new Array(count)].map((_, n) => {
      const extra = Math.max(0, Math.floor(n / grow) - 1);
      base += n ? 1 << Math.max(0, Math.floor((n - 1) / grow) - 1) : 0;
      return [base, extra];
    });
  }
  const LENGTHS = [...codes(28, 3, 4), [258, 0]];
  const DISTANCES = codes(30, 1, 2);

  // ------------------------------------------------------------------- <object> and <embed>

  // What is not shown is not loaded: relative addresses wait until the observer has seen them.
  const hidden = new CSSStyleSheet();
  const waits = (name) => `[${name}]:not([${name}^="blob:"],[${name}^="data:"],[${name}*="//"])`;
  hidden.replaceSync(`object${waits("data")},embed${waits("src")}{display:none!important}`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, hidden];

  const mended = new WeakSet();

  /** Take the address away before the browser follows it, and give the file itself instead. */
  async function mend(element) {
    const name = element.localName === "object" ? "data" : "src";
    const address = element.getAttribute(name);
    if (address === null || mended.has(element)) {
      return;
    }
    const url = inside(address);
    if (!url || !isShown(element, url)) {
      reveal(element, name, address);
      return;
    }
    mended.add(element);
    element.removeAttribute(name);
    const response = await fetch(url);
    mended.delete(element);
    if (!response.ok || element.hasAttribute(name) || url.pathname === location.pathname) {
      element.removeAttribute("type"); // with neither, an <object> shows what stands inside it
      return;
    }
    const type = (response.headers.get("Content-Type") || "").split(";")[0];
    if (/^(text\/html|application\/xhtml\+xml|text\/plain)$/.test(type)) {
      element.replaceWith(frameFor(element, url));
      return;
    }
    element.setAttribute(name, URL.createObjectURL(await response.blob()) + url.hash);
  }

  /** Whether browsers show such a file at all; what they don’t (Flash), they never ask for. */
  function isShown({ type }, { pathname }) {
    const ending = /\.(\w+)$/.exec(pathname);
    return type ? /^(text|image|audio|video)\/|[/+](xml|pdf|json)$/i.test(type)
      : !ending || SHOWN.test(ending[1]);
  }
  const SHOWN = /^(x?html?|svg|png|jpe?g|gif|webp|avif|bmp|ico|pdf|txt|xml|json|mp[34]|web[ma]|ogg|wav|m4[av])$/i;

  /** An address that is none of ours is written in full, which the rule above does not hide. */
  function reveal(element, name, address) {
    if (!/^(blob:|data:)|\/\//.test(address) && URL.canParse(address, document.baseURI)) {
      element.setAttribute(name, new URL(address, document.baseURI).href);
    }
  }

  /** A frame in place of an element that shows a page: the page then has its own address. */
  function frameFor(element, url) {
    const frame = document.createElement("iframe");
    for (const { name, value } of element.attributes) {
      if (!["data", "src", "type", "classid", "codebase"].includes(name)) {
        frame.setAttribute(name, value);
      }
    }
    frame.style.border ||= "0";
    frame.src = url.href;
    return frame;
  }

  function mendBelow(node) {
    if (node.localName === "object" || node.localName === "embed") {
      mend(node);
    }
    if (node.firstElementChild) {
      node.querySelectorAll("object, embed").forEach(mend);
    }
  }

  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === "childList") {
        addedNodes.forEach(mendBelow);
      } else if (target.localName === "object" || target.localName === "embed") {
        mend(target);
      }
    }
  }).observe(document, {
    childList: true, subtree: true, attributes: true, attributeFilter: ["data", "src"],
  });

  // -------------------------------------------------------------------------- <a download>

  document.addEventListener("click", async (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[download]") : null;
    const url = link && !event.defaultPrevented ? inside(link.href) : null;
    if (!url) {
      return;
    }
    event.preventDefault();
    const response = await fetch(url);
    const copy = document.createElement("a");
    copy.href = URL.createObjectURL(await response.blob());
    copy.download = link.download || decodeURIComponent(url.pathname.split("/").pop());
    copy.click();
  });
}
