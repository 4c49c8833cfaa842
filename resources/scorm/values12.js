"use strict";
/** Values and durations of SCORM 1.2 (RTE 1.2, 3.4.2); durations are read as hundredths of a second. */

/** CMITimespan, HHHH:MM:SS.SS; null if it is none. */
function readTimespan(text) {
  const match = /^(\d{2,4}):(\d{2}):(\d{2})(?:\.(\d{1,2}))?$/.exec(text);
  if (!match) {
    return null;
  }
  const [, hours, minutes, seconds, parts = ""] = match;
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 100
    + Number(parts.padEnd(2, "0"));
}

function writeTimespan(hundredths) {
  // Four digits for hours
  const most = ((9999 * 60 + 59) * 60 + 59) * 100 + 99;
  const all = Math.min(hundredths, most);
  const two = (number) => String(number).padStart(2, "0");
  const seconds = Math.floor(all / 100);
  const hours = String(Math.floor(seconds / 3600)).padStart(4, "0");
  const text = `${hours}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return all % 100 ? `${text}.${two(all % 100)}` : text;
}

const CLOCK = matches(/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,2})?$/);
const TIMESPAN = readable(readTimespan);
const IDENTIFIER12 = matches(/^\S{1,255}$/);
const STATUS12 = oneOf("passed", "completed", "failed", "incomplete", "browsed");
