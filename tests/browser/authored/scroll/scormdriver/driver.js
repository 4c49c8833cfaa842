/* Course tools of one long page: a frameset that holds the calls, the content in a frame of it. */
function find(view) {
  for (var up = 0; up < 9; up++, view = view.parent) {
    if (view.API_1484_11) return view.API_1484_11;
    if (view.parent === view) break;
  }
  return null;
}
var lms = find(window.parent);
function Start() {
  if (Start.done) return;
  Start.done = true;
  lms.Initialize("");
  var query = document.location.search.substr(1);
  var content = document.location.href.split("?")[0].replace(/scormdriver\/.*/, "scormcontent/");
  window.scormdriver_content.document.location.replace(content + "index.html?" + query + "#/");
}
function GetDataChunk() { return lms.GetValue("cmi.suspend_data"); }
function SetDataChunk(text) { return lms.SetValue("cmi.suspend_data", text); }
function SetReachedEnd() {
  lms.SetValue("cmi.completion_status", "completed");
  lms.SetValue("cmi.score.scaled", "0.9");
  return lms.Commit("");
}
