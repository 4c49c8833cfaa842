/* Looks for the API as the specification’s own sample does. */
var tries = 0;
function scan(view) {
  while (!view.API && view.parent && view.parent !== view) {
    if (++tries > 500) return null;
    view = view.parent;
  }
  return view.API || null;
}
var api = scan(window) || (window.opener ? scan(window.opener) : null);
function remember(place) {
  api.LMSSetValue("cmi.core.lesson_location", place);
  api.LMSSetValue("cmi.suspend_data", new Array(2000).join("2C4l1001") + place);
  api.LMSSetValue("cmi.core.lesson_status", "incomplete");
  return api.LMSCommit("");
}
