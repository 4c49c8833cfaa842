"use strict";
/**
 * The page around a lesson that is tried out: lists what the player reports. It only listens; the
 * lesson runs as it will run in the course.
 */
const ROWS = 2000; // the oldest go
const SHORT = 120; // characters; longer values are folded
const SOON = 4; // ms between looks for a new page in the frame
const CODES = { "1.2": "SCORM 1.2", "2004": "SCORM 2004" };

const config = JSON.parse(document.getElementById("config").textContent);
const part = (name) => document.getElementById(name);
const frame = part("lesson");
const list = part("calls");

// ------------------------------------------------------------------------------------- the lesson

let shown = null; // the document that is listened to
let next = 0; // the timer of the next look
let waiting = []; // what was reported since the last painting

/** A frame gets a new window with each page: listen to it before its script has arrived. */
function listen() {
  const inner = look(() => frame.contentWindow);
  const page = inner && look(() => inner.document);
  if (!page || page === shown || page.URL === "about:blank") {
    listenSoon();
    return;
  }
  shown = page;
  inner.addEventListener("cpscorm", (event) => take(event.detail));
  inner.addEventListener("pagehide", listenSoon);
  inner.addEventListener("error", (event) => told("script error", event.message || ""));
}

function listenSoon() {
  clearTimeout(next);
  next = setTimeout(listen, SOON);
}

/** Faults of the lesson’s own first page; deeper frames keep theirs to themselves. */
function listenInside() {
  const content = look(() => frame.contentWindow.frames.scorm);
  const page = content && look(() => content.document);
  if (!page || page.URL === "about:blank") {
    return;
  }
  if (page !== listenInside.page) {
    listenInside.page = page;
    listenInside.missing = new Set();
    content.addEventListener("error", (event) => fault(event), true);
  }
  look(() => content.performance.getEntriesByType("resource"))
    ?.filter((entry) => entry.responseStatus >= 400)
    .forEach((entry) => miss(entry.name)); // those from before anybody listened, too
}

function fault(event) {
  const source = event.target && (event.target.src || event.target.href);
  if (source) {
    miss(source);
  } else if (event.message) {
    told("script error", `${event.message} (${nameOf(event.filename || "")}:${event.lineno})`);
  }
}

function miss(address) {
  if (!listenInside.missing.has(address)) {
    listenInside.missing.add(address);
    told("file missing", nameOf(address));
  }
}

function told(call, text) {
  take({ at: new Date().toISOString(), call, args: [text], result: "", error: call });
}

/** The file inside the package, without the folders that only the server knows. */
function nameOf(address) {
  const at = address.indexOf(`/cpscorm-${config.id}/`);
  return at < 0 ? address : address.slice(at + config.id.length + 10);
}

function look(at) {
  try {
    return at();
  } catch {
    return null; // the lesson has gone to another host
  }
}

// -------------------------------------------------------------------------------------- the calls

/** Many calls may come at once: they are shown together, before the next painting. */
function take(detail) {
  waiting.push(detail);
  if (waiting.length === 1) {
    requestAnimationFrame(show);
  } else if (waiting.length >= ROWS) {
    show(); // a page in the background is never painted
  }
}

function show() {
  if (!waiting.length) {
    return;
  }
  const follow = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  const news = waiting.slice(-ROWS);
  waiting.forEach(remember);
  waiting = [];
  list.append(...news.map(row));
  while (list.childElementCount > ROWS) {
    list.firstElementChild.remove();
  }
  part("none").hidden = true;
  summarize(); // may leave the list less room
  if (follow) {
    list.scrollTop = list.scrollHeight;
  }
}

function row({ at, call, args, result, error }) {
  const line = made("li", isNote(call) ? "note" : "");
  const head = made("div", "head");
  const time = made("time", "", new Date(at).toLocaleTimeString());
  time.dateTime = at;
  head.append(made("span", "call", call), time);
  line.append(head);
  const words = (args || []).map((one) => CODES[one] || one).filter((one) => one !== "");
  if (words.length) {
    line.append(value(words.join(" = ")));
  }
  if (result !== "" && result !== "true" && result !== undefined && !isNote(call)) {
    line.append(value(`→ ${result}`));
  }
  if (isError(error)) {
    line.classList.add("failed");
    const number = typeof error === "number" || /^\d+$/.test(error);
    line.append(made("span", "value fault", number ? `Error ${error}` : "Error"));
  }
  return line;
}

function value(text) {
  if (text.length <= SHORT) {
    return made("span", "value", text);
  }
  const fold = made("details");
  const size = text.length.toLocaleString();
  fold.append(made("summary", "", `${text.slice(0, SHORT)}… (${size} characters)`));
  fold.append(made("span", "value", text));
  return fold;
}

function made(name, className = "", text = "") {
  const element = document.createElement(name);
  element.className = className;
  element.textContent = text;
  return element;
}

const isNote = (call) => !/^(LMS)?[A-Z]/.test(call);
const isError = (error) => Boolean(error) && String(error) !== "0";

// -------------------------------------------------------------------------------------- the state

const state = { play: "Not started", version: "", values: {}, calls: 0, errors: 0, saved: "" };

function remember({ at, call, args, result, error }) {
  const [element, given] = args || [];
  if (isError(error) || call === "failed") {
    state.errors += 1;
  } else if (/SetValue$/.test(call)) {
    state.values[element] = given;
  } else if (/GetValue$/.test(call) && result !== "") {
    state.values[element] = result;
  }
  if (!isNote(call)) {
    state.calls += 1;
  }
  notice(call, element, at, isError(error));
}

function notice(call, element, at, failed) {
  if (call === "started" || call === "resumed") {
    state.play = call === "started" ? "Running" : "Running, resumed";
    state.version = CODES[element] || "";
  } else if (/^(LMSFinish|Terminate)$/.test(call) && !failed) {
    state.play = "Ended by the lesson";
  } else if (call === "failed") {
    state.play = "Could not be opened";
  } else if (call === "saved" || call === "kept in memory") {
    state.saved = call === "saved" ? new Date(at).toLocaleTimeString() : "In memory only";
  }
}

function summarize() {
  const { values } = state;
  const rows = [
    ["State", [state.play, state.version].filter(Boolean).join(" · ")],
    ["Completion", values["cmi.core.lesson_status"] || values["cmi.completion_status"]],
    ["Success", values["cmi.success_status"]],
    ["Score", score(values)],
    ["Progress", percent(values["cmi.progress_measure"])],
    ["Place", values["cmi.core.lesson_location"] || values["cmi.location"]],
    ["Time", values["cmi.core.session_time"] || values["cmi.session_time"]],
    ["Saved", state.saved],
    ["Calls", `${state.calls.toLocaleString()}${errorWords()}`],
  ];
  const filled = rows.filter(([, text]) => text && text !== "unknown");
  part("state").replaceChildren(...filled.flatMap(([name, text]) => pair(name, text)));
}

function pair(name, text) {
  const short = text.length > 200 ? `${text.slice(0, 200)}…` : text;
  const shownText = made("dd", tone(name, text), short);
  shownText.dir = "auto";
  return [made("dt", "", name), shownText];
}

function tone(name, text) {
  if (/^(completed|passed)$/.test(text)) {
    return "success";
  }
  return /^(failed|Could not be opened)$/.test(text) || (name === "Calls" && state.errors) ? "error" : "";
}

function errorWords() {
  const { errors } = state;
  return errors ? `, ${errors.toLocaleString()} ${errors === 1 ? "error" : "errors"}` : "";
}

function score(values) {
  const raw = values["cmi.core.score.raw"] ?? values["cmi.score.raw"];
  const most = values["cmi.core.score.max"] ?? values["cmi.score.max"];
  const scaled = percent(values["cmi.score.scaled"]);
  const plain = raw && (most ? `${raw} of ${most}` : raw);
  return [plain, scaled].filter(Boolean).join(" · ");
}

function percent(text) {
  const share = Number.parseFloat(text);
  return Number.isFinite(share) ? `${Math.round(share * 100)} %` : "";
}

// ---------------------------------------------------------------------------------------- buttons

part("again").onclick = () => {
  frame.onload = () => {
    if (look(() => frame.contentDocument.URL) !== "about:blank") {
      return; // the lesson itself has only now arrived
    }
    frame.onload = null;
    forget(); // only now: the lesson may save while it leaves
    Object.assign(state, { play: "Not started", values: {}, calls: 0, errors: 0, saved: "" });
    waiting = [];
    list.replaceChildren();
    part("none").hidden = false;
    summarize();
    frame.src = config.lesson;
    listenSoon();
  };
  frame.src = "about:blank";
};

function forget() {
  const own = `cpscorm/${config.course}/${config.id}/${config.item}/`;
  const keys = look(() => Object.keys(localStorage)) || [];
  keys.filter((key) => key.startsWith(own)).forEach((key) => localStorage.removeItem(key));
}

part("errors").onclick = ({ currentTarget }) => {
  const only = list.classList.toggle("only-errors");
  currentTarget.setAttribute("aria-pressed", String(only));
};

part("copy").onclick = async () => {
  const text = [...list.children].map((line) => line.innerText.replace(/\s*\n\s*/g, "\t")).join("\n");
  try {
    await navigator.clipboard.writeText(text);
    part("said").textContent = "Copied.";
  } catch {
    part("said").textContent = "The browser refused the clipboard.";
  }
  setTimeout(() => (part("said").textContent = ""), 4000);
};

part("fold").onclick = ({ currentTarget }) => {
  const folded = document.body.classList.toggle("folded");
  currentTarget.setAttribute("aria-expanded", String(!folded));
  currentTarget.textContent = folded ? "Show reports" : "Hide reports";
};

summarize();
listen();
frame.src = config.lesson;
setInterval(listenInside, SOON);
