"use strict";
/** The page of one lesson: offers the SCORM API, starts the worker, then opens the lesson. */
// Milliseconds until the worker must be active
const PATIENCE = 10000;
// … until a file that is no page must have been shown
const SHOWN = 5000;
const SANDBOX = "allow-scripts allow-same-origin allow-forms allow-popups"
  + " allow-popups-to-escape-sandbox allow-modals allow-downloads allow-pointer-lock";

const STYLE = [
  "html,body{height:100%;margin:0}",
  "body{display:flex;flex-direction:column;font:16px/1.5 system-ui,sans-serif;color:#1b1f27;background:#fff}",
  "iframe{flex:1;border:0;width:100%;min-height:0}",
  "#say:not(:empty){padding:12px 16px}#say a,#say button{margin-inline-end:16px}",
  "#say.over{position:absolute;animation:wait .4s step-end}@keyframes wait{from{opacity:0}}",
].join("");

class Player {
  /** worker: its address; registered: the promise of its registration, which the page has begun. */
  constructor({ config, base, worker, registered }) {
    Object.assign(this, { config, base, registered, say: config.say || {} });
    this.script = new URL(worker, location.href).href;
    this.version = config.v;
    this.shelf = new Shelf(config, base);
    this.progress = this.shelf.read();
    this.frame = null;
    // Whether the way to a download is shown
    this.asked = false;
    this.place = document.getElementById("say");
    this.runtimes = VERSIONS.map((version) => this.runtime(version));
  }

  runtime(version) {
    const learner = learnerOf();
    const other = { mastery: null, threshold: null, maxTime: "", timeAction: "" };
    const config = {
      ...this.config,
      // Said in the units of one version
      ...(version.name === this.config.scorm ? {} : other),
      learnerId: learner,
      learnerName: this.say.learner || "Learner",
    };
    return new Runtime(version, {
      config,
      read: (name) => this.progress[name],
      write: (name, kept) => this.keep(name, kept),
      report,
      page: () => this.page(),
    });
  }

  /** The lesson’s document; none of ours once it went to another host. */
  page() {
    try {
      return this.frame && this.frame.contentDocument;
    } catch {
      return null;
    }
  }

  keep(name, kept) {
    this.progress = { ...this.progress, [name]: kept };
    const told = this.shelf.refused;
    const lasting = this.shelf.write(this.progress);
    if (!lasting && !told) {
      this.tell("memory");
    }
    report(lasting ? "saved" : "kept in memory", [name], "", 0);
  }

  /** All versions that travel, whatever the manifest says: content often finds out by itself. */
  offer() {
    this.runtimes.forEach((runtime) => (window[runtime.version.api] = apiOf(runtime)));
    window.addEventListener("pagehide", () => this.leave());
    document.addEventListener("visibilitychange", () => document.hidden && this.leave());
  }

  leave() {
    this.runtimes.forEach((runtime) => runtime.leave());
  }

  async start() {
    const style = document.createElement("style");
    style.textContent = STYLE;
    document.head.append(style);
    this.offer();
    this.tell("loading");
    try {
      const { pdf, type } = await this.ready();
      // Chromium shows no PDF inside a sandbox
      this.open(pdf ? null : SANDBOX);
      if (!/^(text\/html|application\/xhtml)/.test(type)) {
        setTimeout(() => this.handed(), SHOWN);
      }
    } catch (reason) {
      this.fail(reason);
    }
  }

  /** What the worker says once it is active; it is asked while it still becomes so. */
  async ready() {
    if (!window.isSecureContext) {
      throw new Refusal("no_https");
    }
    if (!this.registered) {
      throw new Refusal("no_worker");
    }
    const started = this.registered
      .catch((error) => Promise.reject(new Refusal("refused", error)))
      .then((registration) => this.meet(registration));
    const { answer } = await within(PATIENCE, started, new Refusal("late"));
    return answer;
  }

  /** Waits for the worker only; its answer may take longer. */
  async meet(registration) {
    const early = workerOf(registration, this.script);
    const answer = early && this.ask(early);
    // Whoever waits for the answer hears of its failure
    answer && answer.catch(() => null);
    const worker = await activated(registration, this.script);
    return { answer: worker === early ? answer : this.ask(worker) };
  }

  /** What the worker says of the lesson: its first page is there, and whether it holds PDFs. */
  async ask(worker) {
    const { port1, port2 } = new MessageChannel();
    const answer = new Promise((resolve) => (port1.onmessage = ({ data }) => resolve(data)));
    worker.postMessage({ ask: this.config.launch }, [port2]);
    const found = await within(3 * PATIENCE, answer, new Refusal("broken"));
    const { status, message, version } = found;
    if (version && version !== this.version && (await isOutdated(version))) {
      location.reload();
      // This page ends here
      await new Promise(() => {});
    }
    if (status !== 200) {
      throw new Refusal(status === 404 ? "missing" : "broken", message);
    }
    return found;
  }

  open(sandbox) {
    const { id, launch } = this.config;
    const frame = document.createElement("iframe");
    frame.name = "scorm";
    frame.title = document.title;
    frame.allow = "autoplay; fullscreen";
    frame.allowFullscreen = true;
    if (sandbox) {
      frame.setAttribute("sandbox", sandbox);
    }
    frame.src = `${this.base}cpscorm-${id}/${launch}`;
    frame.addEventListener("load", () => this.opened());
    this.frame = frame;
    document.body.append(frame);
    this.clear();
    window.addEventListener("focus", () => this.focus());
  }

  /** “Loading” goes when the lesson’s first page is there, not when its last film is. */
  clear() {
    const page = this.page();
    if (page && page.URL === "about:blank") {
      setTimeout(() => this.clear(), 30);
    } else if (this.place.className || this.asked) {
      this.tell("");
    }
  }

  /** A file that the browser only saves never replaces the empty page. */
  handed() {
    const page = this.page();
    if (page && page.URL === "about:blank") {
      const { id, launch } = this.config;
      const sentence = document.createElement("p");
      sentence.textContent = this.say.handed;
      const address = `${this.base}cpscorm-${id}/${launch}`;
      this.place.className = "";
      this.place.replaceChildren(sentence, link(this.say.open_window, address, "_blank"));
      this.asked = true;
      report("handed to the browser", [launch], "", 0);
    }
  }

  /** The worker marks its own page where a file could not be fetched. */
  opened() {
    const page = this.page();
    const mark = page && page.querySelector('meta[name="cpscorm-failure"]');
    if (mark && mark.content !== "404") {
      this.frame.remove();
      this.fail(new Refusal("broken", page.body.innerText));
      return;
    }
    if (window.top === window) {
      // Inside a course page the learner may be reading something else
      this.focus();
    }
  }

  focus() {
    if (document.activeElement !== this.frame) {
      this.frame.focus({ preventScroll: true });
    }
  }

  // --------------------------------------------------------------------------------- messages

  tell(name) {
    this.asked = false;
    this.place.className = name === "loading" ? "over" : "";
    this.place.textContent = name && (this.say[name] || "");
  }

  fail(reason) {
    const { code = "broken", cause = reason } = reason;
    report("failed", [code, String((cause && cause.message) || cause || "")], "", 0);
    const sentence = document.createElement("p");
    sentence.textContent = this.say[code] || this.say.broken || "This lesson could not be loaded.";
    const { id, n, zip } = this.config;
    const ways = [link(this.say.open_window, `${this.base}cpscorm-${id}-${n}.html`, "_blank")];
    if (zip) {
      ways.push(link(this.say.download, this.base + zip));
    }
    const again = document.createElement("button");
    again.textContent = this.say.try_again || "Try again";
    again.onclick = () => location.reload();
    this.place.className = "";
    this.place.replaceChildren(sentence, ...ways, again);
  }
}

/** Why there is no lesson; the code names the sentence. */
class Refusal extends Error {
  constructor(code, cause) {
    super(code, { cause });
    this.code = code;
  }
}

function link(text, address, target) {
  const found = document.createElement("a");
  found.textContent = text || address;
  found.href = address;
  if (target) {
    Object.assign(found, { target, rel: "noopener" });
  } else {
    found.download = "";
  }
  return found;
}

/** Whether the browser’s cache gave us an old page of this lesson; puts the new one there. */
async function isOutdated(version) {
  try {
    const response = await fetch(location.href, { cache: "reload" });
    return response.ok && (await response.text()).includes(`"${version}"`);
  } catch {
    return false;
  }
}

function within(milliseconds, promise, refusal) {
  const late = new Promise((_, reject) => setTimeout(() => reject(refusal), milliseconds));
  return Promise.race([promise, late]);
}

/** The worker with this script, else the active one: another tab may have replaced it. */
function workerOf({ installing, waiting, active }, script) {
  return [installing, waiting, active].find((one) => one && one.scriptURL === script) || active;
}

/** The worker with this script once it is active. */
function activated(registration, script) {
  return new Promise((resolve, reject) => {
    function look() {
      const worker = workerOf(registration, script);
      if (worker && worker.state === "activated") {
        resolve(worker);
      } else if (worker && worker.state !== "redundant") {
        worker.addEventListener("statechange", look, { once: true });
      } else {
        reject(new Refusal("refused"));
      }
    }
    look();
  });
}

/** Tells the page around, if there is one, what happens: the Play panel listens. */
function report(call, args, result, error) {
  const detail = { at: new Date().toISOString(), call, args, result, error };
  window.dispatchEvent(new CustomEvent("cpscorm", { detail }));
}

new Player(window.cpscorm).start();
