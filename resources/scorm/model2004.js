"use strict";
/** The data model of SCORM 2004 (Run-Time Environment, 4th edition, chapter 4). */

const RESULT2004 = either(oneOf("correct", "incorrect", "unanticipated", "neutral"), REAL);
const COMPLETION = oneOf("completed", "incomplete", "not attempted", "unknown");
const SUCCESS = oneOf("passed", "failed", "unknown");
const SCALED = number(-1, 1);
const PROGRESS = number(0, 1);
const FROM_ZERO = number(0, Infinity);
const known = (name) => ro(({ config }) => (config[name] === "" ? undefined : config[name] ?? undefined));
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

const inner = (check, start) => rw(check, start, { guard: afterId });

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
  api: "API_1484_11",
  constants: { version: "1.0" },
  calls: {
    Initialize: "initialize", Terminate: "terminate", GetValue: "get", SetValue: "set",
    Commit: "commit", GetLastError: "lastError", GetErrorString: "errorString",
    GetDiagnostic: "diagnostic",
  },
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
  ...tablesOf({
    cmi: {
      _version: ro("1.0", { keyword: true }),
      comments_from_learner: null,
      comments_from_lms: null,
      completion_status: rw(COMPLETION, "unknown", { read: completion }),
      completion_threshold: known("threshold"),
      credit: ro("credit"),
      entry: ro(({ config }) => config.entry),
      exit: wo(oneOf("time-out", "suspend", "logout", "normal", "")),
      interactions: null,
      launch_data: known("launchData"),
      learner_id: known("learnerId"),
      learner_name: known("learnerName"),
      learner_preference: null,
      location: rw(text(LONG)),
      max_time_allowed: known("maxTime"),
      mode: ro("normal"),
      objectives: null,
      progress_measure: rw(PROGRESS),
      scaled_passing_score: known("mastery"),
      score: null,
      session_time: wo(DURATION2004),
      success_status: rw(SUCCESS, "unknown", { read: success }),
      suspend_data: rw(text(HUGE)),
      time_limit_action: ro(({ config }) => config.timeAction || "continue,no message"),
      total_time: ro("PT0S"),
    },
    "cmi.comments_from_learner.n": {
      comment: rw(localized(LONG)), location: rw(text(LONG)), timestamp: rw(INSTANT),
    },
    "cmi.comments_from_lms.n": { comment: ro(), location: ro(), timestamp: ro() },
    "cmi.interactions.n": {
      id: rw(LONG_IDENTIFIER),
      type: inner(oneOf(...Object.keys(RESPONSES))),
      objectives: null,
      timestamp: inner(INSTANT),
      correct_responses: null,
      weighting: inner(REAL),
      learner_response: {
        guard: afterType,
        check: (value, model, indices) => RESPONSES[typeOf(model, indices)](value),
      },
      result: inner(RESULT2004),
      latency: inner(DURATION2004),
      description: inner(localized(LONG)),
    },
    "cmi.interactions.n.objectives.n": {
      id: rw(LONG_IDENTIFIER, undefined, {
        guard: (model, place, value) => afterId(model, place) || uniqueId(model, place, value),
      }),
    },
    "cmi.interactions.n.correct_responses.n": {
      pattern: {
        guard: patternGuard,
        check: (value, model, indices) => PATTERNS[typeOf(model, indices)](value),
      },
    },
    "cmi.learner_preference": {
      audio_level: rw(FROM_ZERO, "1"),
      language: rw(LANGUAGE, ""),
      delivery_speed: rw(FROM_ZERO, "1"),
      audio_captioning: rw(oneOf("-1", "0", "1"), "0"),
    },
    "cmi.objectives.n": {
      id: rw(LONG_IDENTIFIER, undefined, { guard: lastingId }),
      score: null,
      success_status: inner(SUCCESS, "unknown"),
      completion_status: inner(COMPLETION, "unknown"),
      progress_measure: inner(PROGRESS),
      description: inner(localized(LONG)),
    },
    "cmi.objectives.n.score": {
      scaled: inner(SCALED), raw: inner(REAL), min: inner(REAL), max: inner(REAL),
    },
    "cmi.score": { scaled: rw(SCALED), raw: rw(REAL), min: rw(REAL), max: rw(REAL) },
    "adl.nav": { request: rw(NAVIGATION, "_none_") },
    "adl.nav.request_valid": { continue: ro("false"), previous: ro("false") },
    "adl.nav.request_valid.choice": { "{}": ro("unknown") },
    "adl.nav.request_valid.jump": { "{}": ro("unknown") },
    "adl.data.n": { id: ro(), store: {} },
  }),

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
VERSIONS.push(SCORM2004);
