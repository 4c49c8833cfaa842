"use strict";
/**
 * What a value must look like. Each check takes a text and gives "" when it is right, "type" when
 * it is of the wrong kind and "range" when it is a number outside its bounds.
 * Lengths are those of ordinary LMSs where these are more generous than the specification.
 */
// Suspend data, answers, comments
const LONG = 64000;
// Suspend data of content that ignores every limit
const HUGE = 1000000;

const matches = (pattern) => (value) => (pattern.test(value) ? "" : "type");
const oneOf = (...words) => (value) => (words.includes(value) ? "" : "type");
const text = (limit) => (value) => (value.length <= limit ? "" : "type");
const either = (...checks) => (value) => (checks.some((check) => !check(value)) ? "" : "type");
const readable = (read) => (value) => (read(value) === null ? "type" : "");

/** A number between two bounds; `blank` allows an empty text. */
function number(least, most, { blank = false, whole = false } = {}) {
  const form = whole ? /^[+-]?\d+$/ : /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
  return (value) => {
    if (blank && value === "") {
      return "";
    }
    if (!form.test(value)) {
      return "type";
    }
    return Number(value) >= least && Number(value) <= most ? "" : "range";
  };
}

// ----------------------------------------------------------------- SCORM 1.2 (RTE 1.2, 3.4.2)

const CLOCK = matches(/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,2})?$/);
const TIMESPAN = readable(readTimespan);
const IDENTIFIER12 = matches(/^\S{1,255}$/);
const STATUS12 = oneOf("passed", "completed", "failed", "incomplete", "browsed");

// ------------------------------------------------- SCORM 2004 (RTE 4th ed., 4.1.1 data types)

const REAL = number(-Infinity, Infinity);
const DURATION2004 = readable(readDuration);
const LANGUAGE = matches(/^$|^([a-zA-Z]{2,3}|[ix])(-[a-zA-Z0-9]{1,8})*$/);
const LONG_IDENTIFIER = matches(/^(?!urn:(?![a-zA-Z0-9][a-zA-Z0-9-]{1,31}:\S))\S{1,4000}$/);
const SHORT = String.raw`[^\s\[\],{}]{1,250}`;
const SHORT_IDENTIFIER = matches(new RegExp(`^${SHORT}$`));
const INSTANT = matches(
  /^(19[7-9]\d|20[0-2]\d|203[0-8])(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3])(:[0-5]\d(:[0-5]\d(\.\d{1,2})?)?)?(Z|[+-]([01]\d|2[0-3])(:[0-5]\d)?)?)?)?)?$/,
);
const TARGETED = matches(/^\{target=[^{}]+\}(choice|jump)$/);
const NAVIGATION = either(
  oneOf("_none_", "continue", "previous", "exit", "exitAll", "abandon", "abandonAll", "suspendAll"),
  TARGETED,
);

/** A text that may begin with {lang=…}. */
function localized(limit) {
  return (value) => {
    const match = /^\{lang=([^}]*)\}/.exec(value);
    return (match && (!match[1] || LANGUAGE(match[1]))) || value.length > limit ? "type" : "";
  };
}

const listOf = (one, separator = "[,]") => (value) =>
  value === "" || value.split(separator).every((part) => !one(part)) ? "" : "type";
const pairOf = (left, right, separator) => (value) => {
  const parts = value.split(separator);
  return parts.length === 2 && !left(parts[0]) && !right(parts[1]) ? "" : "type";
};
const STEP = (value) => {
  const parts = value.split("[.]");
  return parts.length === 2 && value !== "[.]" && text(LONG)(value) === "" ? "" : "type";
};

/** cmi.interactions.n.learner_response by type of the interaction (4.2.9.1). */
const RESPONSES = {
  "true-false": oneOf("true", "false"),
  choice: listOf(SHORT_IDENTIFIER),
  "fill-in": listOf(localized(LONG)),
  "long-fill-in": localized(LONG),
  likert: SHORT_IDENTIFIER,
  matching: listOf(pairOf(SHORT_IDENTIFIER, SHORT_IDENTIFIER, "[.]")),
  performance: listOf(STEP),
  sequencing: listOf(SHORT_IDENTIFIER),
  numeric: REAL,
  other: text(LONG),
};

const ordered = (check) => (value) => check(value.replace(/^(\{(case|order)_matters=(true|false)\})+/, ""));
const bound = (value) => (value === "" ? "" : REAL(value));

/** cmi.interactions.n.correct_responses.m.pattern by type. */
const PATTERNS = {
  ...RESPONSES,
  "fill-in": ordered(listOf(localized(LONG))),
  "long-fill-in": ordered(localized(LONG)),
  performance: ordered(listOf(STEP)),
  numeric: either(REAL, pairOf(bound, bound, "[:]")),
};
const ONE_PATTERN = ["true-false", "likert", "numeric", "other"];
