"use strict";
/** The data model of SCORM 1.2 (Run-Time Environment 1.2, 3.4.4). */

const SCORE12 = number(0, 100, { blank: true });
const OBJECTIVE_STATUS12 = oneOf(
  "passed", "completed", "failed", "incomplete", "browsed", "not attempted",
);
const RESULT12 = either(oneOf("correct", "wrong", "unanticipated", "neutral"), REAL);
const INTERACTION12 = oneOf(
  "true-false", "choice", "fill-in", "matching", "performance", "sequencing", "likert", "numeric",
);
const given = (name) => ro(({ config }) => config[name] ?? "");
const score12 = () => ({ raw: rw(SCORE12, ""), min: rw(SCORE12, ""), max: rw(SCORE12, "") });
const whole = (least, most) => rw(number(least, most, { whole: true }), "0");

const SCORM12 = {
  name: "1.2",
  api: "API",
  calls: {
    LMSInitialize: "initialize", LMSFinish: "terminate", LMSGetValue: "get", LMSSetValue: "set",
    LMSCommit: "commit", LMSGetLastError: "lastError", LMSGetErrorString: "errorString",
    LMSGetDiagnostic: "diagnostic",
  },
  codes: {
    undefined: 401, noChildren: 202, noCount: 203, beyond: 201, beyondSet: 201, keyword: 402,
    readOnly: 403, writeOnly: 404, type: 405, range: 405, noValue: 0,
    argument: 201, commit: 101,
    initialize: { running: 101 },
    terminate: { before: 301, after: 301 },
    get: { before: 301, after: 301 },
    set: { before: 301, after: 301 },
    keep: { before: 301, after: 301 },
  },
  errors: {
    0: "No error",
    101: "General exception",
    201: "Invalid argument error",
    202: "Element cannot have children",
    203: "Element not an array - cannot have count",
    301: "Not initialized",
    401: "Not implemented error",
    402: "Invalid set value, element is a keyword",
    403: "Element is read only",
    404: "Element is write only",
    405: "Incorrect data type",
  },
  ...tablesOf({
    cmi: {
      _version: ro("3.4", { keyword: true }),
      core: null,
      suspend_data: rw(text(HUGE), ""),
      launch_data: given("launchData"),
      comments: rw(text(LONG), "", { append: true }),
      comments_from_lms: ro(""),
      objectives: null,
      student_data: null,
      student_preference: null,
      interactions: null,
    },
    "cmi.core": {
      student_id: given("learnerId"),
      student_name: given("learnerName"),
      lesson_location: rw(text(LONG), ""),
      credit: ro("credit"),
      lesson_status: rw(STATUS12, "not attempted"),
      entry: given("entry"),
      score: null,
      total_time: ro("0000:00:00"),
      lesson_mode: ro("normal"),
      exit: wo(oneOf("time-out", "suspend", "logout", "")),
      session_time: wo(TIMESPAN),
    },
    "cmi.core.score": score12(),
    "cmi.objectives.n": {
      id: rw(IDENTIFIER12, ""), score: null, status: rw(OBJECTIVE_STATUS12, "not attempted"),
    },
    "cmi.objectives.n.score": score12(),
    "cmi.student_data": {
      mastery_score: given("mastery"),
      max_time_allowed: given("maxTime"),
      time_limit_action: given("timeAction"),
    },
    "cmi.student_preference": {
      audio: whole(-1, 100), language: rw(text(255), ""), speed: whole(-100, 100), text: whole(-1, 1),
    },
    "cmi.interactions.n": {
      id: wo(IDENTIFIER12),
      objectives: null,
      time: wo(CLOCK),
      type: wo(INTERACTION12),
      correct_responses: null,
      weighting: wo(REAL),
      student_response: wo(text(LONG)),
      result: wo(RESULT12),
      latency: wo(TIMESPAN),
    },
    "cmi.interactions.n.objectives.n": { id: wo(IDENTIFIER12) },
    "cmi.interactions.n.correct_responses.n": { pattern: wo(text(LONG)) },
  }),

  exit: "cmi.core.exit",
  status: "cmi.core.lesson_status",
  score: "cmi.core.score.raw",
  total: "cmi.core.total_time",
  session: "cmi.core.session_time",
  readTime: readTimespan,
  writeTime: writeTimespan,

  /** The status after the last call: by mastery score if there is one (3.4.4, lesson_status). */
  finish(model) {
    const status = model.peek("cmi.core.lesson_status") || "not attempted";
    const { mastery } = model.config;
    const raw = model.peek("cmi.core.score.raw");
    const paused = status === "incomplete" && model.peek("cmi.core.exit") === "suspend";
    if (mastery !== null && mastery !== undefined && raw && !paused) {
      model.force("cmi.core.lesson_status", Number(raw) >= mastery ? "passed" : "failed");
    } else if (status === "not attempted") {
      model.force("cmi.core.lesson_status", "completed");
    }
  },
};
VERSIONS.push(SCORM12);
