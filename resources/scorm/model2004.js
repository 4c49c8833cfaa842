"use strict";
/** The data model of SCORM 2004 (Run-Time Environment, 4th edition, chapter 4). */

const RESULT2004 = either(oneOf("correct", "incorrect", "unanticipated", "neutral"), REAL);
const COMPLETION = oneOf("completed", "incomplete", "not attempted", "unknown");
const SUCCESS = oneOf("passed", "failed", "unknown");
const SCALED = number(-1, 1);
const PROGRESS = number(0, 1);
const FROM_ZERO = number(0, Infinity);
const known = (name) => ({
  access: "ro",
  start: ({ config }) => (config[name] === null || config[name] === "" ? undefined : config[name]),
});

/** An entry must have its identifier before anything else is said of it (408). */
function afterId(model, { element, indices }) {
  const [list] = /^cmi\.(interactions|objectives)/.exec(element);
  return model.peek(`${list}.${indices[0]}.id`) === undefined ? "dependency" : "";
}

/** Within one list every identifier stands once (351). */
function uniqueId(model, { element }, value) {
  const [, list, own] = /^(.*)\.(\d+)\.id$/.exec(element);
  const twice = [...new Array(model.count(list)).keys()]
    .some((n) => n !== Number(own) && model.peek(`${list}.${n}.id`) === value);
  return twice ? "general" : "";
}

/** The identifier of an objective cannot be changed once it is set (351). */
function lastingId(model, place, value) {
  const before = model.peek(place.element);
  return before !== undefined && before !== value ? "general" : uniqueId(model, place, value);
}

const typeOf = (model, indices) => model.peek(`cmi.interactions.${indices[0]}.type`);

/** Answers are checked by the type, so the type comes first (408). */
function afterType(model, place) {
  return afterId(model, place) || (typeOf(model, place.indices) === undefined ? "dependency" : "");
}

/** Some types have one right answer only; for others each pattern stands once (351). */
function patternGuard(model, place, value) {
  const early = afterType(model, place);
  const [interaction, at] = place.indices;
  const list = `cmi.interactions.${interaction}.correct_responses`;
  const type = typeOf(model, place.indices);
  if (early || !ONE_PATTERN.includes(type)) {
    const twice = type === "choice" && [...new Array(model.count(list)).keys()]
      .some((n) => n !== at && model.peek(`${list}.${n}.pattern`) === value);
    return early || (twice ? "general" : "");
  }
  return at > 0 ? "general" : "";
}

const inner = { guard: afterId };

/** By the threshold where there is one, else what the content said (4.2.4). */
function completion({ config, values }, stored) {
  if (config.threshold === null || config.threshold === undefined) {
    return stored;
  }
  const progress = values["cmi.progress_measure"];
  if (progress === undefined) {
    return stored ?? "unknown";
  }
  return Number(progress) >= config.threshold ? "completed" : "incomplete";
}

/** By the passing score where there is one, else what the content said (4.2.22). */
function success({ config, values }, stored) {
  if (config.mastery === null || config.mastery === undefined) {
    return stored;
  }
  const scaled = values["cmi.score.scaled"];
  if (scaled === undefined) {
    return "unknown";
  }
  return Number(scaled) >= config.mastery ? "passed" : "failed";
}

const SCORM2004 = {
  name: "2004",
  codes: {
    undefined: 401, noChildren: 301, noCount: 301, beyond: 301, beyondSet: 351, keyword: 404,
    readOnly: 404, writeOnly: 405, type: 406, range: 407, noValue: 403, dependency: 408,
    general: 351, argument: 201, commit: 391,
    initialize: { running: 103, after: 104 },
    terminate: { before: 112, after: 113 },
    get: { before: 122, after: 123 },
    set: { before: 132, after: 133 },
    keep: { before: 142, after: 143 },
  },
  errors: {
    0: "No Error",
    101: "General Exception",
    102: "General Initialization Failure",
    103: "Already Initialized",
    104: "Content Instance Terminated",
    111: "General Termination Failure",
    112: "Termination Before Initialization",
    113: "Termination After Termination",
    122: "Retrieve Data Before Initialization",
    123: "Retrieve Data After Termination",
    132: "Store Data Before Initialization",
    133: "Store Data After Termination",
    142: "Commit Before Initialization",
    143: "Commit After Termination",
    201: "General Argument Error",
    301: "General Get Failure",
    351: "General Set Failure",
    391: "General Commit Failure",
    401: "Undefined Data Model Element",
    402: "Unimplemented Data Model Element",
    403: "Data Model Element Value Not Initialized",
    404: "Data Model Element Is Read Only",
    405: "Data Model Element Is Write Only",
    406: "Data Model Element Type Mismatch",
    407: "Data Model Element Value Out Of Range",
    408: "Data Model Dependency Not Established",
  },
  children: {
    cmi: "_version,comments_from_learner,comments_from_lms,completion_status,completion_threshold,credit,entry,exit,interactions,launch_data,learner_id,learner_name,learner_preference,location,max_time_allowed,mode,objectives,progress_measure,scaled_passing_score,score,session_time,success_status,suspend_data,time_limit_action,total_time",
    "cmi.comments_from_learner": "comment,location,timestamp",
    "cmi.comments_from_lms": "comment,location,timestamp",
    "cmi.interactions": "id,type,objectives,timestamp,correct_responses,weighting,learner_response,result,latency,description",
    "cmi.learner_preference": "audio_level,language,delivery_speed,audio_captioning",
    "cmi.objectives": "id,score,success_status,completion_status,progress_measure,description",
    "cmi.objectives.n.score": "scaled,raw,min,max",
    "cmi.score": "scaled,raw,min,max",
    "adl.data": "id,store",
  },
  lists: {
    "cmi.comments_from_learner": 1, "cmi.comments_from_lms": 1, "cmi.interactions": 1,
    "cmi.interactions.n.objectives": 1, "cmi.interactions.n.correct_responses": 1,
    "cmi.objectives": 1, "adl.data": 1,
  },
  table: {
    "cmi._version": { access: "ro", start: "1.0", keyword: true },
    "cmi.comments_from_learner.n.comment": { check: localized(LONG) },
    "cmi.comments_from_learner.n.location": { check: text(LONG) },
    "cmi.comments_from_learner.n.timestamp": { check: INSTANT },
    "cmi.comments_from_lms.n.comment": { access: "ro" },
    "cmi.comments_from_lms.n.location": { access: "ro" },
    "cmi.comments_from_lms.n.timestamp": { access: "ro" },
    "cmi.completion_status": { start: "unknown", check: COMPLETION, read: completion },
    "cmi.completion_threshold": known("threshold"),
    "cmi.credit": { access: "ro", start: "credit" },
    "cmi.entry": { access: "ro", start: ({ config }) => config.entry },
    "cmi.exit": { access: "wo", check: oneOf("time-out", "suspend", "logout", "normal", "") },
    "cmi.interactions.n.id": { check: LONG_IDENTIFIER },
    "cmi.interactions.n.type": { ...inner, check: oneOf(...Object.keys(RESPONSES)) },
    "cmi.interactions.n.objectives.n.id": {
      check: LONG_IDENTIFIER,
      guard: (model, place, value) => afterId(model, place) || uniqueId(model, place, value),
    },
    "cmi.interactions.n.timestamp": { ...inner, check: INSTANT },
    "cmi.interactions.n.correct_responses.n.pattern": {
      guard: patternGuard,
      check: (value, model, indices) => PATTERNS[typeOf(model, indices)](value),
    },
    "cmi.interactions.n.weighting": { ...inner, check: REAL },
    "cmi.interactions.n.learner_response": {
      guard: afterType,
      check: (value, model, indices) => RESPONSES[typeOf(model, indices)](value),
    },
    "cmi.interactions.n.result": { ...inner, check: RESULT2004 },
    "cmi.interactions.n.latency": { ...inner, check: DURATION2004 },
    "cmi.interactions.n.description": { ...inner, check: localized(LONG) },
    "cmi.launch_data": known("launchData"),
    "cmi.learner_id": { access: "ro", start: ({ config }) => config.learnerId },
    "cmi.learner_name": { access: "ro", start: ({ config }) => config.learnerName },
    "cmi.learner_preference.audio_level": { start: "1", check: FROM_ZERO },
    "cmi.learner_preference.language": { start: "", check: LANGUAGE },
    "cmi.learner_preference.delivery_speed": { start: "1", check: FROM_ZERO },
    "cmi.learner_preference.audio_captioning": { start: "0", check: oneOf("-1", "0", "1") },
    "cmi.location": { check: text(LONG) },
    "cmi.max_time_allowed": known("maxTime"),
    "cmi.mode": { access: "ro", start: "normal" },
    "cmi.objectives.n.id": { check: LONG_IDENTIFIER, guard: lastingId },
    "cmi.objectives.n.score.scaled": { ...inner, check: SCALED },
    "cmi.objectives.n.score.raw": { ...inner, check: REAL },
    "cmi.objectives.n.score.min": { ...inner, check: REAL },
    "cmi.objectives.n.score.max": { ...inner, check: REAL },
    "cmi.objectives.n.success_status": { ...inner, start: "unknown", check: SUCCESS },
    "cmi.objectives.n.completion_status": { ...inner, start: "unknown", check: COMPLETION },
    "cmi.objectives.n.progress_measure": { ...inner, check: PROGRESS },
    "cmi.objectives.n.description": { ...inner, check: localized(LONG) },
    "cmi.progress_measure": { check: PROGRESS },
    "cmi.scaled_passing_score": known("mastery"),
    "cmi.score.scaled": { check: SCALED },
    "cmi.score.raw": { check: REAL },
    "cmi.score.min": { check: REAL },
    "cmi.score.max": { check: REAL },
    "cmi.session_time": { access: "wo", check: DURATION2004 },
    "cmi.success_status": { start: "unknown", check: SUCCESS, read: success },
    "cmi.suspend_data": { check: text(HUGE) },
    "cmi.time_limit_action": {
      access: "ro", start: ({ config }) => config.timeAction || "continue,no message",
    },
    "cmi.total_time": { access: "ro", start: "PT0S" },
    "adl.nav.request": { start: "_none_", check: NAVIGATION },
    "adl.nav.request_valid.continue": { access: "ro", start: "false" },
    "adl.nav.request_valid.previous": { access: "ro", start: "false" },
    "adl.nav.request_valid.choice.{}": { access: "ro", start: "unknown" },
    "adl.nav.request_valid.jump.{}": { access: "ro", start: "unknown" },
    "adl.data.n.id": { access: "ro" },
    "adl.data.n.store": {},
  },

  exit: "cmi.exit",
  status: "cmi.completion_status",
  score: "cmi.score.scaled",
  total: "cmi.total_time",
  session: "cmi.session_time",
  readTime: readDuration,
  writeTime: writeDuration,

  /** What the content asked for next is told to whoever listens; each session asks anew. */
  finish(model, report) {
    const request = model.peek("adl.nav.request");
    if (request && request !== "_none_") {
      report("navigation", [request], "", 0);
    }
    delete model.values["adl.nav.request"];
  },
};
