"use strict";
/** Durations of both versions of SCORM, in hundredths of a second. */

/** SCORM 1.2 CMITimespan, HHHH:MM:SS.SS (RTE 1.2, 3.4.2); null if it is none. */
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

const DURATION =
  /^P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,2}))?S)?)?$/;

/** SCORM 2004 timeinterval(second,10,2) (RTE 4th ed., 4.1.1.7); a month counts as 30 days. */
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
