"use strict";
/** The few calls of SCORM 1.2 that this sample makes. */
const scorm = (() => {
  let api = null;
  for (let view = window; !api && view !== view.parent; view = view.parent) {
    api = view.parent.API || null;
  }
  const call = (name, ...given) => (api ? api[name](...given) : "");
  const begun = call("LMSInitialize", "") === "true";
  let ended = false;

  const scorm = {
    get: (element) => (begun ? call("LMSGetValue", element) : ""),
    set: (element, value) => begun && call("LMSSetValue", element, String(value)),
    save: () => begun && call("LMSCommit", ""),
    end() {
      if (begun && !ended) {
        ended = true;
        call("LMSFinish", "");
      }
    },
  };
  if (scorm.get("cmi.core.lesson_status") === "not attempted") {
    scorm.set("cmi.core.lesson_status", "incomplete");
  }
  window.addEventListener("pagehide", scorm.end);
  return scorm;
})();
