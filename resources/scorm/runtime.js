"use strict";
/**
 * The calls of both versions, which differ in names and codes only: initialize, terminate, get,
 * set, commit and the three about errors. Nothing here throws, whatever the content hands over.
 */
class Runtime {
  /**
   * version: SCORM12 or SCORM2004. config: the player’s. read() gives what was kept, write(what)
   * keeps it. report(call, args, result, error) tells the page around. page() names the document
   * that plays: another one is a new content instance.
   */
  constructor(version, { config, read, write, report, page }) {
    Object.assign(this, { version, config, read, write, report, page });
    this.state = "before";
    this.error = 0;
    this.detail = "";
    this.model = null;
  }

  initialize(argument) {
    const renewed = this.state === "after" && this.page() !== this.endedIn;
    const state = renewed ? "before" : this.state;
    const fault = this.version.codes.initialize[state];
    if (fault || !isEmpty(argument)) {
      return this.fail(fault || this.version.codes.argument, argument);
    }
    this.begin();
    return this.succeed("true");
  }

  /** A session starts from what was kept, with the last session’s time added up. */
  begin() {
    const kept = this.read(this.version.name);
    const { exit, total, session } = this.version;
    const config = { ...this.config, entry: entryOf(kept) };
    this.model = new Model(this.version, config, kept);
    this.addTime(total, session);
    delete this.model.values[exit];
    this.state = "running";
    this.report(kept ? "resumed" : "started", [this.version.name], "", 0);
  }

  terminate(argument) {
    const fault = this.version.codes.terminate[this.state];
    if (fault || !isEmpty(argument)) {
      return this.fail(fault || this.version.codes.argument, argument);
    }
    this.version.finish(this.model, this.report);
    const exit = this.model.peek(this.version.exit) || "";
    this.addTime(this.version.total, this.version.session);
    this.save(exit);
    this.state = "after";
    this.endedIn = this.page();
    return this.succeed("true");
  }

  get(element) {
    const fault = this.version.codes.get[this.state];
    if (fault) {
      return this.fail(fault, element, "");
    }
    const { value = "", error } = this.model.get(textOf(element));
    return error ? this.fail(error, element, value) : this.succeed(value);
  }

  set(element, value) {
    const fault = this.version.codes.set[this.state];
    const given = value === undefined || value === null ? "" : textOf(value);
    const error = fault || this.model.set(textOf(element), given);
    return error ? this.fail(error, element) : this.succeed("true");
  }

  commit(argument) {
    const fault = this.version.codes.keep[this.state];
    if (fault || !isEmpty(argument)) {
      return this.fail(fault || this.version.codes.argument, argument);
    }
    this.save("running");
    return this.succeed("true");
  }

  /** Called when the page goes away, too: content may leave without a word. */
  save(exit) {
    this.write(this.version.name, { ...this.model.stored(), exit });
  }

  leave() {
    if (this.state === "running") {
      this.save("running");
    }
  }

  lastError() {
    return String(this.error);
  }

  errorString(code) {
    const { errors } = this.version;
    return Object.hasOwn(errors, textOf(code)) ? errors[textOf(code)] : "";
  }

  /** More about a code; about the last error when none is given. */
  diagnostic(code) {
    const wanted = isEmpty(code) ? this.lastError() : textOf(code);
    const text = this.errorString(wanted);
    const about = wanted === this.lastError() && this.detail ? `${text}: ${this.detail}` : text;
    return about.slice(0, 255);
  }

  addTime(total, session) {
    const { readTime, writeTime } = this.version;
    const spent = readTime(this.model.peek(session) || "");
    if (spent !== null) {
      const before = readTime(this.model.peek(total) || "") || 0;
      this.model.force(total, writeTime(before + spent));
    }
    delete this.model.values[session];
  }

  succeed(result) {
    this.error = 0;
    this.detail = "";
    return result;
  }

  fail(code, about, result = "false") {
    this.error = code;
    this.detail = about === undefined ? "" : textOf(about);
    return result;
  }
}

/** What content hands over as a text; some objects have none. */
function textOf(value) {
  try {
    return String(value);
  } catch {
    return "[object Object]";
  }
}

/** Calls without a meaning for their parameter want "" there; nothing at all is forgiven. */
function isEmpty(argument) {
  return argument === undefined || argument === null || textOf(argument) === "";
}

/** Kept in mid-session or suspended: resume. Ended otherwise: neither. Nothing kept: new. */
function entryOf(kept) {
  if (!kept) {
    return "ab-initio";
  }
  return ["running", "suspend", "logout"].includes(kept.exit) ? "resume" : "";
}

/** The object that the content looks for, every call reported. */
function apiOf(runtime) {
  const api = { ...runtime.version.constants };
  for (const [name, method] of Object.entries(runtime.version.calls)) {
    api[name] = (...args) => {
      const result = runtime[method](...args);
      const asksForError = /Error|Diagnostic/.test(name);
      runtime.report(name, args.map(textOf), result, asksForError ? 0 : runtime.error);
      return result;
    };
  }
  return api;
}
