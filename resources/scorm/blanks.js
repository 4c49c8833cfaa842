"use strict";
/**
 * Frames and windows without an address (about:blank, blob:, javascript:): no worker controls them,
 * so what they load would go to the server. The worker puts the source text of this function into
 * each page, so it may use nothing but its parameters.
 *
 * - A document that is written with scripts of the lesson becomes a page with an address: the worker
 *   serves the text, and all that the page loads.
 * - In other documents, addresses of the lesson’s files are replaced by those of blobs.
 *
 * inside(address, base): the URL of a file of the lesson, else null. readMember(url): {status, type,
 * bytes}, read while the page waits. controller(): the worker. guard(view): see guard.js.
 * Returns {prepare(document), meet(frame)}.
 */
function blanks({ inside, readMember, controller, guard }) {
  // Documents and windows that are prepared
  const known = new WeakSet();
  // Address → address of a blob, and back
  const blobs = new Map();
  const originals = new Map();
  // What was put into a window, to be taken out again: browsers use the window of an empty
  // document once more for the page that follows
  const patches = new WeakMap();
  let putting = [];
  // Frame → address of the blob whose page it shows
  const opened = new WeakMap();
  let pages = 0;

  // ------------------------------------------------------------------- pages with an address

  /** Show a text as a page of the lesson; its address is that of this page, as for any writer. */
  function show(view, text) {
    const key = `${Date.now()}.${(pages += 1)}`;
    const { port1, port2 } = new MessageChannel();
    restore(view);
    const [address] = location.href.split("#");
    const mark = `${address.includes("?") ? "&" : "?"}cpscorm-page=${key}`;
    port1.onmessage = () => view.location && view.location.replace(address + mark);
    controller().postMessage({ page: text, key }, [port2]);
  }

  function put(owner, name, descriptor) {
    const old = Object.getOwnPropertyDescriptor(owner, name);
    putting.push([owner, name, old]);
    Object.defineProperty(owner, name, { ...old, ...descriptor });
  }

  function restore(view) {
    for (const [owner, name, old] of (patches.get(view) || []).reverse()) {
      if (old) {
        Object.defineProperty(owner, name, old);
      } else {
        delete owner[name];
      }
    }
    patches.delete(view);
    known.delete(view);
  }

  /** Whether a frame is on its way to an address of its own. */
  function isLeaving({ frameElement }) {
    return frameElement !== null && /^https?:/.test(frameElement.src) && !frameElement.srcdoc;
  }

  const SCRIPT = /<script\b(?:"[^"]*"|'[^']*'|[^>"'])*>/gi;
  const SOURCE = /\s(?:src\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)|type\s*=\s*["']?module\b)/i;

  // What may stand in front of a body
  const HEAD = /<!--[^]*?-->|<(style|script|title)\b[^]*?<\/\1\s*>|<[!/]?(?:doctype|html|head|meta|link|base)\b[^>]*>|\s+/gi;

  /**
   * Whether a text loads scripts of the lesson, which may load anything in any way. Not if its body
   * begins before: what stands there is at hand as soon as it is written.
   */
  function needsPage(text) {
    for (const tag of controller() ? text.matchAll(SCRIPT) : []) {
      const found = SOURCE.exec(tag[0]);
      if (found && (!found[1] || inside(plain(found[1])))) {
        return text.slice(0, tag.index).replace(HEAD, "") === "";
      }
    }
    return false;
  }

  /** Whoever holds the empty document means the page that has taken its place. */
  function forward(page, view) {
    for (const { prototype } of [view.Document, view.Node, view.EventTarget]) {
      for (const [name, own] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
        Object.defineProperty(page, name, {
          configurable: true,
          get() {
            const now = view.document;
            if (!now || now === page) {
              return own.get ? own.get.call(page) : own.value;
            }
            return typeof now[name] === "function" ? now[name].bind(now) : now[name];
          },
          set(value) {
            (view.document === page ? own.set.bind(page) : (to) => (view.document[name] = to))(value);
          },
        });
      }
    }
  }

  function plain(quoted) {
    return quoted.replace(/^["']|["']$/g, "").replace(/&quot;|&#3[49];/g, "'").replace(/&amp;/g, "&");
  }

  /** Watch what is written: until scripts of the lesson appear, it is written at once. */
  function watchWriting(page) {
    const { open, write, close } = page;
    let [text, taken, timer] = ["", false, 0];
    const finish = () => {
      clearTimeout(timer);
      const view = page.defaultView;
      show(view, text);
      forward(page, view);
      [text, taken] = ["", false];
    };
    const take = (part) => {
      text += part;
      taken ||= needsPage(text);
      clearTimeout(timer);
      if (taken) {
        // Many never close what they write
        timer = setTimeout(finish);
      } else {
        write.call(page, withBlobs(part, page.baseURI));
      }
    };
    page.open = function (...given) {
      if (given.length < 3) {
        clearTimeout(timer);
        [text, taken] = ["", false];
      }
      return open.apply(page, given);
    };
    page.write = (...parts) => take(parts.join(""));
    page.writeln = (...parts) => take(`${parts.join("")}\n`);
    page.close = () => {
      if (taken) {
        finish();
      } else {
        text = "";
        close.call(page);
      }
    };
  }

  // ------------------------------------------------------------------------------------ blobs

  /** The address of a blob with this file; the address itself where there is none. */
  function blobOf(address, base) {
    const url = inside(address, base);
    if (!url || /\.(x?html?)$/i.test(url.pathname)) {
      return address;
    }
    const [key] = url.href.split("#");
    if (!blobs.has(key)) {
      // A style sheet may import itself
      blobs.set(key, null);
      blobs.set(key, madeOf(url));
      originals.set(blobs.get(key), key);
    }
    return blobs.get(key) ? blobs.get(key) + url.hash : address;
  }

  function madeOf(url) {
    try {
      const { status, type, bytes } = readMember(url);
      const isStyle = type === "text/css";
      const body = isStyle ? restyled(new TextDecoder().decode(bytes), url.href) : bytes;
      return status === 200 ? URL.createObjectURL(new Blob([body], { type })) : null;
    } catch {
      return null;
    }
  }

  const IN_STYLE = /(url\(\s*|@import\s+)("[^"]*"|'[^']*'|[^)"'\s;]+)/gi;

  function restyled(style, base) {
    return String(style).replace(IN_STYLE, (all, before, quoted) => {
      const address = plain(quoted);
      const blob = blobOf(address, base);
      return blob === address ? all : `${before}"${blob}"`;
    });
  }

  function candidates(list, base) {
    return String(list).replace(/(^|,)(\s*)([^\s,]+)/g, (_, comma, blank, address) =>
      comma + blank + blobOf(address, base));
  }

  const LOADS = "img|script|link|input|audio|video|source|track|image|embed|object";
  const TAGS = new RegExp(`<(?:${LOADS})\\b(?:"[^"]*"|'[^']*'|[^>"'])*>`, "gi");
  const NAMES = /^(src|href|xlink:href|poster|data)$/;
  const IN_TAG = /(\s(?:src|href|xlink:href|poster|data|(srcset))\s*=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)/gi;

  function withBlobs(html, base) {
    // What stands inside a script is not ours
    return String(html).split(/(<script\b[^]*?(?:<\/script|$))/i)
      .map((part, at) => (at % 2 ? part.replace(TAGS, (tag, from) => (from ? tag : markup(tag, base)))
        : markup(part, base))).join("");
  }

  function markup(html, base) {
    return html
      .replace(TAGS, (tag) => tag.replace(IN_TAG, (_, before, isList, quoted) =>
        `${before}"${(isList ? candidates : blobOf)(plain(quoted), base)}"`))
      .replace(/(<style\b[^>]*>)([^]*?)(?=<\/style)/gi, (_, tag, style) => tag + restyled(style, base))
      .replace(/(\sstyle\s*=\s*)("[^"]*"|'[^']*')/gi, (all, before, quoted) =>
        /url\(/i.test(quoted) ? `${before}"${restyled(plain(quoted), base).replace(/"/g, "'")}"` : all);
  }

  /** What an attribute of this name gets in place of its value. */
  function changed(element, name, value) {
    const base = element.ownerDocument.baseURI;
    if (name === "style") {
      return restyled(value, base);
    }
    if (!new RegExp(`^(${LOADS})$`).test(element.localName)) {
      return value;
    }
    return name === "srcset" ? candidates(value, base) : NAMES.test(name) ? blobOf(value, base) : value;
  }

  // ---------------------------------------------------------------------- windows with blobs

  const PROPERTIES = {
    HTMLImageElement: ["src", "srcset"], HTMLSourceElement: ["src", "srcset"],
    HTMLScriptElement: ["src"], HTMLMediaElement: ["src"], HTMLTrackElement: ["src"],
    HTMLInputElement: ["src"], HTMLEmbedElement: ["src"], HTMLLinkElement: ["href"],
    HTMLVideoElement: ["poster"], HTMLObjectElement: ["data"],
  };

  /** In this window, whatever loads a file of the lesson loads a blob, or asks this page. */
  function equip(view) {
    const base = () => view.document.baseURI;
    const wrap = (owner, name, change) => {
      const native = owner[name];
      put(owner, name, { value(...given) {
        return native.apply(this, change(this, ...given));
      } });
    };
    const replace = (name, value) =>
      put(view, name, { configurable: true, writable: true, value });
    for (const [kind, names] of Object.entries(PROPERTIES)) {
      names.forEach((name) => redefine(view[kind].prototype, name, {
        set: (element, value) => changed(element, name, String(value)),
        get: (found) => originals.get(found) ?? found,
      }));
    }
    const { prototype: element } = view.Element;
    wrap(element, "setAttribute", (one, name, value) =>
      [name, changed(one, String(name).toLowerCase(), value)]);
    wrap(element, "setAttributeNS", (one, space, name, value) => [space, name, changed(one, name, value)]);
    wrap(element, "insertAdjacentHTML", (_, place, html) => [place, withBlobs(html, base())]);
    for (const name of ["innerHTML", "outerHTML"]) {
      redefine(element, name, { set: (_, html) => withBlobs(html ?? "", base()) });
    }
    wrap(view.Range.prototype, "createContextualFragment", (_, html) => [withBlobs(html, base())]);
    wrap(view.CSSStyleSheet.prototype, "insertRule", (_, rule, ...at) => [restyled(rule, base()), ...at]);
    replace("FontFace", class extends view.FontFace {
      constructor(family, source, ...more) {
        super(family, typeof source === "string" ? restyled(source, base()) : source, ...more);
      }
    });
    replace("Audio", function (address) {
      const audio = view.document.createElement("audio");
      audio.preload = "auto";
      return address === undefined ? audio : Object.assign(audio, { src: address });
    });
    replace("fetch", async (what, options) =>
      fetch(what instanceof view.Request ? what : new URL(what, base()), options));
    for (const name of ["XMLHttpRequest", "Worker", "SharedWorker", "EventSource"]) {
      replace(name, window[name]);
    }
  }

  function redefine(owner, name, { set, get = (found) => found }) {
    const native = Object.getOwnPropertyDescriptor(owner, name);
    put(owner, name, {
      get() {
        return get(native.get.call(this));
      },
      set(value) {
        native.set.call(this, set(this, value));
      },
    });
  }

  /** What came in other ways is changed before the browser has an answer. */
  function watchNodes(page) {
    const names = ["src", "href", "xlink:href", "poster", "data", "srcset", "style"];
    const fix = (element) => {
      for (const name of names) {
        const value = element.getAttribute(name);
        const now = value === null ? null : changed(element, name, value);
        if (now !== value && element.localName !== "script") {
          element.setAttribute(name, now);
        }
      }
      if (element.localName === "style") {
        const style = restyled(element.textContent, page.baseURI);
        if (style !== element.textContent) {
          element.textContent = style;
        }
      }
      if (/^i?frame$/.test(element.localName)) {
        meet(element);
      }
    };
    new MutationObserver((changes) => {
      for (const { target, addedNodes } of changes) {
        for (const node of [target, ...addedNodes]) {
          const element = node.nodeType === 3 ? node.parentNode : node;
          if (element && element.nodeType === 1) {
            fix(element);
            node === target || element.querySelectorAll("*").forEach(fix);
          }
        }
      }
    }).observe(page, {
      childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: names,
    });
  }

  // ------------------------------------------------------------------- who is met on the way

  function prepare(page) {
    const view = page && page.defaultView;
    if (!view || page === document || page.URL !== "about:blank" || known.has(page)) {
      return;
    }
    if (isLeaving(view)) {
      return;
    }
    known.add(page);
    watchWriting(page);
    watchNodes(page);
    if (!known.has(view)) {
      known.add(view);
      guard(view);
      putting = [];
      equip(view);
      watchFrames(view);
      patches.set(view, putting);
      view[Symbol.for("cpscorm-restore")] = () => restore(view);
    }
  }

  function meet(frame) {
    if (frame.contentDocument && (frame.srcdoc || frame.src.startsWith("blob:"))) {
      open(frame);
    }
    prepare(frame.contentDocument);
    if (!known.has(frame)) {
      known.add(frame);
      frame.addEventListener("load", () => {
        prepare(frame.contentDocument);
        refill(frame, frame.contentDocument);
      });
    }
  }

  /** A page in a text or a blob gets an address before its scripts run. */
  async function open(frame) {
    const { src, srcdoc, contentWindow: view } = frame;
    if (opened.get(frame) === (srcdoc || src) || !controller()) {
      return;
    }
    opened.set(frame, srcdoc || src);
    view.stop();
    if (srcdoc) {
      show(view, srcdoc);
      return;
    }
    const answer = await fetch(src);
    if (/^text\/html/.test(answer.headers.get("Content-Type"))) {
      show(view, await answer.text());
    } else {
      view.location.replace(src);
    }
  }

  /** What a script’s address has given is shown already; it is shown anew. */
  function refill(frame, page) {
    const isScript = /^javascript:/i.test(frame.src) && page && /^about:/.test(page.URL);
    if (isScript && controller() && page.documentElement.innerHTML !== EMPTY) {
      show(page.defaultView, page.documentElement.outerHTML);
    }
  }
  const EMPTY = "<head></head><body></body>";

  /** Call `see` with what a getter or function gave, before the content gets it. */
  function watch(owner, name, see) {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name);
    const kind = descriptor.get ? "get" : "value";
    const native = descriptor[kind];
    const watched = function (...given) {
      const found = native.apply(this, given);
      try {
        see(found);
      } catch {
        // a page of another host
      }
      return found;
    };
    put(owner, name, { [kind]: watched });
  }

  function watchFrames(view) {
    for (const { prototype } of [view.HTMLIFrameElement, view.HTMLFrameElement]) {
      watch(prototype, "contentDocument", prepare);
      watch(prototype, "contentWindow", (inner) => prepare(inner && inner.document));
    }
    watch(view, "open", (inner) => prepare(inner && inner.document));
  }

  watchFrames(window);
  return { prepare, meet };
}
