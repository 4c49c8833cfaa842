"use strict";
/**
 * Values and durations of SCORM 2004 (RTE 4th ed., 4.1.1); durations are read as hundredths of a
 * second.
 */

const DURATION =
  /^P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,2}))?S)?)?$/;

/** timeinterval(second,10,2), 4.1.1.7; a month counts as 30 days. */
function readDuration(text) {
  const match = DURATION.exec(text);
  if (!match) {
    return null;
  }
  const [years, months, days, hours, minutes, seconds] =
    match.slice(1, 7).map((part) => Number(part || 0));
  const whole = (((years * 365 + months * 30 + days) * 24 + hours) * 60 + minutes) * 60 + seconds;
  return whole * 100 + Number((match[7] || "").padEnd(2, "0"));
}

function writeDuration(hundredths) {
  const seconds = Math.floor(hundredths / 100);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const parts = hundredths % 100 ? `.${String(hundredths % 100).padStart(2, "0")}` : "";
  const rest = seconds % 60 || parts ? `${seconds % 60}${parts}S` : "";
  const text = `${hours ? `${hours}H` : ""}${minutes ? `${minutes}M` : ""}${rest}`;
  return text ? `PT${text}` : "PT0S";
}

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
