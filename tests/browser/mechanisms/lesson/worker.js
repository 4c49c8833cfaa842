importScripts("deep/tool.js");
onmessage = async ({ data }) => {
  if (data === "import") {
    postMessage(tool());
  } else if (data === "fetch") {
    postMessage((await (await fetch("notes.txt")).text()).trim());
  } else {
    const request = new XMLHttpRequest();
    request.open("GET", "notes.txt", false);
    request.send();
    postMessage(request.responseText.trim());
  }
};
