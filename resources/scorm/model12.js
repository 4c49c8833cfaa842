"use strict";
/** The data model of SCORM 1.2 (Run-Time Environment 1.2, 3.4.4). */

const SCORE12 = number(0, 100, { blank: true });
const OBJECTIVE_STATUS12 = oneOf(
  "passed", "completed", "failed", "incomplete", "browsed", "not attempted",
);
const RESULT12 = either(
  oneOf("correct", "wrong", "unanticipated", "neutral"), number(-Infinity, Infinity),
);
const INTERACTION12 = oneOf(
  "true-false", "choice", "fill-in", "matching", "performance", "sequencing", "likert", "numeric",
);
const blank = { start: "" };
const fixed = (start) => ({ access: "ro", start });
const given = (name) => ({ access: "ro", start: (model) => model.config[name] ?? "" });

const SCORM12 = {
  name: "1.2",
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
  children: {
    cmi: "core,suspend_data,launch_data,comments,objectives,student_data,student_preference,interactions",
    "cmi.core": "student_id,student_name,lesson_location,credit,lesson_status,entry,score,total_time,lesson_mode,exit,session_time",
    "cmi.core.score": "raw,min,max",
    "cmi.objectives": "id,score,status",
    "cmi.objectives.n.score": "raw,min,max",
    "cmi.student_data": "mastery_score,max_time_allowed,time_limit_action",
    "cmi.student_preference": "audio,language,speed,text",
    "cmi.interactions": "id,objectives,time,type,correct_responses,weighting,student_response,result,latency",
  },
  lists: {
    "cmi.objectives": 1, "cmi.interactions": 1,
    "cmi.interactions.n.objectives": 1, "cmi.interactions.n.correct_responses": 1,
  },
  table: {
    "cmi._version": { ...fixed("3.4"), keyword: true },
    "cmi.core.student_id": given("learnerId"),
    "cmi.core.student_name": given("learnerName"),
    "cmi.core.lesson_location": { ...blank, check: text(LONG) },
    "cmi.core.credit": fixed("credit"),
    "cmi.core.lesson_status": { start: "not attempted", check: STATUS12 },
    "cmi.core.entry": given("entry"),
    "cmi.core.score.raw": { ...blank, check: SCORE12 },
    "cmi.core.score.min": { ...blank, check: SCORE12 },
    "cmi.core.score.max": { ...blank, check: SCORE12 },
    "cmi.core.total_time": fixed("0000:00:00"),
    "cmi.core.lesson_mode": fixed("normal"),
    "cmi.core.exit": { access: "wo", check: oneOf("time-out", "suspend", "logout", "") },
    "cmi.core.session_time": { access: "wo", check: TIMESPAN },
    "cmi.suspend_data": { ...blank, check: text(HUGE) },
    "cmi.launch_data": given("launchData"),
    "cmi.comments": { ...blank, check: text(LONG), append: true },
    "cmi.comments_from_lms": fixed(""),
    "cmi.objectives.n.id": { ...blank, check: IDENTIFIER12 },
    "cmi.objectives.n.score.raw": { ...blank, check: SCORE12 },
    "cmi.objectives.n.score.min": { ...blank, check: SCORE12 },
    "cmi.objectives.n.score.max": { ...blank, check: SCORE12 },
    "cmi.objectives.n.status": { start: "not attempted", check: OBJECTIVE_STATUS12 },
    "cmi.student_data.mastery_score": given("mastery"),
    "cmi.student_data.max_time_allowed": given("maxTime"),
    "cmi.student_data.time_limit_action": given("timeAction"),
    "cmi.student_preference.audio": { start: "0", check: number(-1, 100, { whole: true }) },
    "cmi.student_preference.language": { ...blank, check: text(255) },
    "cmi.student_preference.speed": { start: "0", check: number(-100, 100, { whole: true }) },
    "cmi.student_preference.text": { start: "0", check: number(-1, 1, { whole: true }) },
    "cmi.interactions.n.id": { access: "wo", check: IDENTIFIER12 },
    "cmi.interactions.n.objectives.n.id": { access: "wo", check: IDENTIFIER12 },
    "cmi.interactions.n.time": { access: "wo", check: CLOCK },
    "cmi.interactions.n.type": { access: "wo", check: INTERACTION12 },
    "cmi.interactions.n.correct_responses.n.pattern": { access: "wo", check: text(LONG) },
    "cmi.interactions.n.weighting": { access: "wo", check: number(-Infinity, Infinity) },
    "cmi.interactions.n.student_response": { access: "wo", check: text(LONG) },
    "cmi.interactions.n.result": { access: "wo", check: RESULT12 },
    "cmi.interactions.n.latency": { access: "wo", check: TIMESPAN },
  },

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
