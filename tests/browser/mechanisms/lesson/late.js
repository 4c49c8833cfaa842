window.late = "deferred";
