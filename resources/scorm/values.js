"use strict";
/**
 * What a value of either version must look like. Each check takes a text and gives "" when it is right, "type" when
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

const REAL = number(-Infinity, Infinity);
