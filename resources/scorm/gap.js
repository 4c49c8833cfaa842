"use strict";
/**
 * Runs first in every page of a lesson and handles what a service worker never gets to see:
 * synchronous XMLHttpRequest, <object>, <embed> and <a download> go past it to the server, which
 * knows nothing of the files inside the ZIP. The worker puts the source text of this function into
 * the page, so it may use nothing but its parameters.
 *
 * place: {scope, base, id, version} – paths of virtual folder and assets, version of the lesson.
 * findMember(files, path), filesOf(index): the worker's own rules of which file a path means, and of
 * where it lies. inflate(bytes, size): what a deflated file holds. guard, blanks: see their files.
 */
function gap(place, { findMember, filesOf, inflate, guard, blanks }) {
  // A page that was written by script: its address is that of the page that wrote it
  const marked = /[?&]cpscorm-page=[\w.]+/;
  if (marked.test(location.search)) {
    history.replaceState(history.state, "", location.href.replace(marked, ""));
  }
  const again = Symbol.for("cpscorm-restore");
  if (window[again]) {
    window[again]();
    delete window[again];
  }
  const controller = guard(window, place.scope);
  const { open, send, overrideMimeType } = XMLHttpRequest.prototype;
  const ours = document.currentScript;
  if (ours) {
    // Content that counts the scripts of its page must not find one more
    ours.remove();
  }

  /** The URL, if the address leads into this package; else null. */
  function inside(address, base = document.baseURI) {
    try {
      const url = new URL(address, base);
      return url.origin === location.origin && url.pathname.startsWith(place.scope) ? url : null;
    } catch {
      return null;
    }
  }

  // The sandbox forbids to set it, to whatever value; here it would change nothing
  const { domain } = document;
  Object.defineProperty(document, "domain", { configurable: true, get: () => domain, set() {} });

  // ------------------------------------------------------------- synchronous XMLHttpRequest

  // Request → {method, url} that send() has to answer
  const pending = new WeakMap();
  // Request → what overrideMimeType() was told
  const types = new WeakMap();
  const FIELDS = ["status", "statusText", "readyState", "responseText", "response", "responseXML",
    "responseURL", "getResponseHeader", "getAllResponseHeaders"];
  let index = null;
  // Date of the ZIP, once read from; and what makes an address new to every cache
  let [stamp, fresh] = [null, ""];

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

  /** After a re-import, index and ZIP of this page differ: once more, then with those of now. */
  function readMember(url) {
    try {
      return fetchMember(url);
    } catch {
      index = stamp = null;
      fresh = `&at=${Date.now()}`;
    }
    try {
      return fetchMember(url);
    } catch ({ message }) {
      throw new DOMException(message, "NetworkError");
    }
  }

  /** Status, bytes and type of a file of the package, fetched while the page waits. */
  function fetchMember(url) {
    const files = readIndex().files;
    const found = findMember(files, url.pathname.slice(place.scope.length));
    if (found === null) {
      return { status: 404, type: "text/plain", bytes: new TextEncoder().encode("Not found") };
    }
    const row = files[found];
    let bytes;
    if (row.n) {
      bytes = fetchNow(`${place.base}${row.n}?v=${place.version}${fresh}`).bytes;
    } else if (row.c === 0) {
      bytes = new Uint8Array(0);
    } else {
      bytes = readSlice(row);
    }
    expect(bytes.length === row.s);
    return { status: 200, type: row.t, bytes };
  }

  function readIndex() {
    if (!index) {
      const { bytes } = fetchNow(`${place.base}cpscorm-${place.id}.json?v=${place.version}${fresh}`);
      index = JSON.parse(new TextDecoder().decode(bytes));
      index.files = filesOf(index);
    }
    return index;
  }

  function readSlice(row) {
    const range = `bytes=${row.o}-${row.o + row.c - 1}`;
    const address = `${place.base}${index.zip}?v=${index.sha}${fresh}`;
    const { part, bytes, total, since } = fetchNow(address, range);
    expect(total === index.size && (!stamp || !since || stamp === since));
    stamp = since || stamp;
    const packed = part ? bytes : bytes.subarray(row.o, row.o + row.c);
    expect(packed.length === row.c);
    return row.m === 8 ? inflate(packed, row.s) : packed;
  }

  function expect(same) {
    if (!same) {
      throw new DOMException("This lesson was changed a moment ago.", "NetworkError");
    }
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
      // Keeps the low byte
      bytes[at] = text.charCodeAt(at);
    }
    const total = /\/(\d+)$/.exec(request.getResponseHeader("Content-Range") || "");
    return {
      bytes,
      part: request.status === 206,
      total: request.status === 206 ? Number(total ? total[1] : index.size) : bytes.length,
      since: request.getResponseHeader("ETag") || request.getResponseHeader("Last-Modified"),
    };
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

  // ------------------------------------------------------------------- <object> and <embed>

  // What is not shown is not loaded: relative addresses wait until the observer has seen them.
  if (document.adoptedStyleSheets) {
    const waits = (name) => `[${name}]:not([${name}^="blob:"],[${name}^="data:"],[${name}*="//"])`;
    const hidden = new CSSStyleSheet();
    hidden.replaceSync(`object${waits("data")},embed${waits("src")}{display:none!important}`);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, hidden];
  }

  const replaced = new WeakSet();

  /** Take the address away before the browser follows it, and give the file itself instead. */
  async function fix(element) {
    const name = element.localName === "object" ? "data" : "src";
    const address = element.getAttribute(name);
    if (address === null || replaced.has(element)) {
      return;
    }
    const url = inside(address);
    if (!url || !isShown(element, url)) {
      reveal(element, name, address);
      return;
    }
    replaced.add(element);
    element.removeAttribute(name);
    const response = await fetch(url);
    replaced.delete(element);
    if (!response.ok || element.hasAttribute(name) || url.pathname === location.pathname) {
      // With neither, an <object> shows what stands inside it
      element.removeAttribute("type");
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
    if (!/^(blob:|data:)|\/\//.test(address)) {
      const link = document.createElement("a");
      link.href = address;
      element.setAttribute(name, link.href);
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

  function fixBelow(node, deep = true) {
    if (node.localName === "object" || node.localName === "embed") {
      fix(node);
    }
    if (node.localName === "iframe" || node.localName === "frame") {
      meet(node);
    }
    if (deep && node.firstElementChild) {
      node.querySelectorAll("object, embed").forEach(fix);
      node.querySelectorAll("iframe, frame").forEach(meet);
    }
  }

  const { meet } = blanks({
    inside, readMember, controller, guard: (view) => guard(view, place.scope),
  });

  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === "childList") {
        addedNodes.forEach((node) => fixBelow(node));
      } else {
        fixBelow(target, false);
      }
    }
  }).observe(document, {
    childList: true, subtree: true, attributes: true, attributeFilter: ["data", "src", "srcdoc"],
  });

  // -------------------------------------------------------------------------- <a download>

  document.addEventListener("click", async (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[download]") : null;
    const url = link && !event.defaultPrevented ? inside(link.href) : null;
    if (!url) {
      return;
    }
    event.preventDefault();
    const blob = await fetch(url).then((one) => (one.ok ? one.blob() : null)).catch(() => null);
    const copy = document.createElement("a");
    // Without it, the browser fails in its own way
    copy.href = blob ? URL.createObjectURL(blob) : url.href;
    copy.download = link.download || decodeURIComponent(url.pathname.split("/").pop());
    copy.click();
  });
}
