"use strict";
/* Each check gives "ok", or what it saw instead. window.results tells all once they are done. */
const $ = (id) => document.getElementById(id);
const is = (seen, wanted) => (seen === wanted ? "ok" : `saw ${JSON.stringify(seen)}`);
const pause = (ms) => new Promise((go) => setTimeout(go, ms));

async function until(look, wanted) {
  for (let turn = 0; turn < 75; turn += 1) {
    let seen;
    try { seen = look(); } catch (error) { seen = String(error); }
    if (seen === wanted) { return "ok"; }
    if (turn === 74) { return is(seen, wanted); }
    await pause(40);
  }
}
const wide = (image) => until(() => image.naturalWidth, 4);
const image = (id) => () => wide($(id));
function made(change) {
  return () => {
    const picture = document.createElement("img");
    change(picture);
    $("pictures").append(picture);
    return wide(picture);
  };
}
const where = (id, wanted) => () =>
  until(() => $(id).contentDocument.getElementById("where").textContent, wanted);
const inFrame = (id, look, wanted) => () => until(() => look($(id).contentDocument), wanted);
const firstImage = (page) => page.images[0].naturalWidth;
const loaded = (part) => until(() => {
  const found = performance.getEntriesByType("resource").find((one) => one.name.includes(part));
  return Boolean(found) && (found.responseStatus === undefined || found.responseStatus === 200);
}, true);
function ask(method, address, { sync = false, type = "", mime = "" } = {}) {
  return new Promise((go) => {
    const request = new XMLHttpRequest();
    request.open(method, address, !sync);
    if (type) { request.responseType = type; }
    if (mime) { request.overrideMimeType(mime); }
    request.onload = () => go(request);
    request.onerror = () => go(request);
    request.send();
    if (sync) { go(request); }
  });
}
const fromWorker = (worker, word) => new Promise((go) => {
  worker.onmessage = ({ data }) => go(data);
  worker.onerror = (event) => go(`error ${event.message}`);
  if (word) { worker.postMessage(word); }
});

const checks = {
  "img": image("relative"), "img with query": image("queried"), "img in a parent": image("parent"),
  "img with dots": image("dotted"), "img with a space": image("spaced"),
  "img with an accent": image("accented"), "img with signs": image("signs"),
  "img with a backslash": image("backslash"), "img srcset": image("srcset"),
  "picture source": image("picture"),
  "img svg": () => until(() => $("vector").naturalWidth, 20),
  "input image": () => until(() => $("button").complete !== false && $("button").width, 4),
  "link stylesheet": () => until(() => getComputedStyle($("styled")).color, "rgb(1, 2, 3)"),
  "@import in a sheet": () =>
    until(() => getComputedStyle($("styled")).backgroundColor, "rgb(7, 8, 9)"),
  "@import in a page": () => until(() => getComputedStyle($("imported")).color, "rgb(10, 11, 12)"),
  "url() in a sheet": () => loaded("blue.png?css"),
  "url() in a page": () => loaded("pics/blue.png"),
  "@font-face": () => (document.fonts.load("12px Ours").catch(() => null), loaded("font.woff2")),
  "inserted rule": () => {
    $("inline").style.setProperty("background-image", "url(pics/blue.png?rule)");
    return loaded("blue.png?rule");
  },
  "script count": () => is(window.early, "early.js1"),
  "script with query": () => is(window.queried, "?name=value&other=1"),
  "script defer": () => until(() => window.late, "deferred"),
  "document.write script": () => until(() => window.written, "by document.write"),
  "module and import": () => until(() => window.moduleWord, "from a module blue.png"),
  "import()": async () => is((await import("./deep/part.mjs")).word, "from a module "),
  "script element": () => {
    const script = document.createElement("script");
    script.src = "deep/inner.js";
    document.head.append(script);
    return until(() => window.inner, "inner script");
  },
  "blob script": () => {
    const script = document.createElement("script");
    const address = new URL("notes.txt", location).href;
    const code = `fetch("${address}").then((r) => r.text()).then((t) => (window.blobbed = t.trim()))`;
    script.src = URL.createObjectURL(new Blob([code]));
    document.head.append(script);
    return until(() => window.blobbed, "plain words");
  },
  "property": made((picture) => { picture.src = "pics/blue.png"; }),
  "setAttribute": made((picture) => { picture.setAttribute("src", "pics/blue.png"); }),
  "new Image": () => { const one = new Image(); one.src = "pics/blue.png"; return wide(one); },
  "innerHTML": () => {
    const span = document.createElement("span");
    span.innerHTML = '<img src="pics/blue.png">';
    $("pictures").append(span);
    return wide(span.firstChild);
  },
  "DOMParser": () => {
    const page = new DOMParser().parseFromString('<img src="pics/blue.png">', "text/html");
    const picture = document.adoptNode(page.images[0]);
    $("pictures").append(picture);
    return wide(picture);
  },
  "canvas": async () => {
    await wide($("relative"));
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d");
    context.drawImage($("relative"), 0, 0);
    return is(context.getImageData(0, 0, 1, 1).data[2], 255);
  },
  "createImageBitmap": async () =>
    is((await createImageBitmap(await (await fetch("pics/blue.png")).blob())).width, 4),
  "fetch text": async () => is((await (await fetch("notes.txt")).text()).trim(), "plain words"),
  "fetch json": async () => is((await (await fetch("notes.json")).json()).word, "json"),
  "fetch Request": async () => is((await fetch(new Request("notes.txt", { cache: "reload" }))).status, 200),
  "fetch type": async () =>
    is((await fetch("list.xml")).headers.get("Content-Type").split(";")[0].split("/")[1], "xml"),
  "fetch HEAD": async () => {
    const answer = await fetch("notes.txt", { method: "HEAD" });
    return is(`${answer.status} ${answer.headers.get("Content-Length")}`, "200 12");
  },
  "fetch 404": async () => is((await fetch("gone.txt")).status, 404),
  "fetch range": async () => {
    const answer = await fetch("notes.txt", { headers: { Range: "bytes=6-10" } });
    return is(`${answer.status} ${await answer.text()}`, "206 words");
  },
  "fetch html": async () => is((await (await fetch("frame.html")).text()).includes("findMember"), false),
  "XHR": async () => is((await ask("GET", "notes.txt")).responseText.trim(), "plain words"),
  "XHR xml": async () =>
    is((await ask("GET", "list.xml")).responseXML.querySelectorAll("one").length, 2),
  "XHR buffer": async () =>
    is((await ask("GET", "pics/blue.png", { type: "arraybuffer" })).response.byteLength > 50, true),
  "XHR HEAD": async () => is((await ask("HEAD", "notes.txt")).getResponseHeader("Content-Length"), "12"),
  "XHR 404": async () => is((await ask("GET", "gone.txt")).status, 404),
  "XHR sync": async () =>
    is((await ask("GET", "notes.txt", { sync: true })).responseText.trim(), "plain words"),
  "XHR sync long": async () =>
    is((await ask("GET", "long.txt", { sync: true })).responseText.length, 60000),
  "XHR sync xml": async () =>
    is((await ask("GET", "list.xml", { sync: true })).responseXML.documentElement.nodeName, "list"),
  "XHR sync 404": async () => is((await ask("GET", "gone.txt", { sync: true })).status, 404),
  "XHR sync HEAD": async () => is((await ask("HEAD", "notes.txt", { sync: true })).status, 200),
  "XHR sync bytes": async () => {
    const mime = "text/plain; charset=x-user-defined";
    const { responseText } = await ask("GET", "pics/blue.png", { sync: true, mime });
    return is(responseText.charCodeAt(0) & 255, 0x89);
  },
  "Worker importScripts": async () => is(await fromWorker(new Worker("worker.js"), "import"), "a tool"),
  "Worker fetch": async () => is(await fromWorker(new Worker("worker.js"), "fetch"), "plain words"),
  "Worker XHR": async () => is(await fromWorker(new Worker("worker.js"), "xhr"), "plain words"),
  "Worker module": async () =>
    is(await fromWorker(new Worker("worker.mjs", { type: "module" })), "from a module "),
  "SharedWorker": async () => is(await fromWorker(new SharedWorker("shared.js").port), "plain words"),
  "wasm": async () => {
    const { instance } = await WebAssembly.instantiateStreaming(fetch("answer.wasm"));
    return is(instance.exports.answer(), 42);
  },
  "audio": () => until(() => $("audio").readyState > 0 && Math.round($("audio").duration), 20),
  "audio seek": async () => {
    const audio = new Audio("sound.wav");
    await until(() => audio.readyState > 0, true);
    audio.currentTime = 15;
    return until(() => Math.round(audio.currentTime) === 15 && !audio.seeking, true);
  },
  "track": () => {
    $("tracked").textTracks[0].mode = "hidden";
    return until(() => $("track").track.cues && $("track").track.cues.length, 1);
  },
  "video poster": () => loaded("pics/blue.png"),
  "svg image": () => until(() => $("svgimage").getBBox().width, 4),
  "svg use": () => loaded("symbols.svg"),
  "object svg": () => until(() => {
    const one = $("objectsvg");
    return Boolean(one.contentDocument && one.contentDocument.getElementById("box"));
  }, true),
  "object png": () => until(() => $("objectpng").getClientRects().length && $("objectpng").offsetWidth, 20),
  "object html": where("objecthtml", "frame.html?from=object"),
  "object missing": () => until(() => $("fallback").getClientRects().length, 1),
  "object unknown": () => until(() => $("instead").getClientRects().length, 1),
  "embed svg": () => until(() => Boolean($("embedsvg").getSVGDocument && $("embedsvg").getSVGDocument()), true),
  "iframe": where("plain", "frame.html"),
  "iframe with query and hash": where("searched", "frame.html?one=1&two=2#part"),
  "frameset": inFrame("frameset", (page) => firstImage(page.defaultView.frames[0].document), 4),
  "srcdoc": inFrame("srcdoc", firstImage, 4),
  "srcdoc script": () => until(() => $("srcdoc").contentWindow.inner, "inner script"),
  "base": inFrame("based", firstImage, 4),
  "meta refresh": where("refreshed", "frame.html?refreshed"),
  "location.assign": where("moved", "frame.html?assigned"),
  "location.replace": where("replaced", "frame.html?replaced"),
  "xhtml": inFrame("xhtml", (page) => page.getElementById("word").textContent, "well-formed é"),
  "utf-16": inFrame("utf16", (page) => page.body.textContent.trim(), "sechzehn – é"),
  "latin-1": inFrame("latin", (page) => page.body.textContent.trim(), "caf\u00e9"),
  "page without head": inFrame("headless", (page) => page.title + firstImage(page), "14"),
  "folder": inFrame("folder", firstImage, 4),
  "about:blank document.write": () => {
    const page = $("written").contentDocument;
    page.open();
    page.write('<img src="pics/blue.png?blank">');
    page.close();
    return inFrame("written", firstImage, 4)();
  },
  "new frame document.write": () => {
    const frame = document.createElement("iframe");
    frame.id = "fresh";
    document.body.append(frame);
    const page = frame.contentDocument;
    page.write('<script src="deep/inner.js"><\/script><img src=pics/blue.png>');
    page.close();
    return until(() => frame.contentWindow.inner + firstImage(page), "inner script4");
  },
  "empty popup": async () => {
    const other = window.open("", "empty", "width=200,height=100");
    other.document.write("<img alt='a' src='pics/blue.png'>");
    other.document.close();
    const verdict = await until(() => firstImage(other.document), 4);
    other.close();
    return verdict;
  },
  "form": () => { $("form").submit(); return where("formed", "frame.html?answer=42")(); },
  "link with target": () => { $("link").click(); return where("linked", "frame.html?by=link")(); },
  "location from outside": () => {
    const frame = document.createElement("iframe");
    document.body.append(frame);
    frame.contentWindow.location = "frame.html?outside";
    return until(() => frame.contentDocument.getElementById("where").textContent, "frame.html?outside");
  },
  "popup": async () => {
    const other = window.open("frame.html?popup", "popup", "width=200,height=100");
    const verdict = await until(() => other.document.getElementById("where").textContent, "frame.html?popup api");
    other.close();
    return verdict;
  },
  "pushState": async () => {
    const before = location.href;
    history.pushState(null, "", "deep/somewhere.html");
    const answer = await fetch("part.mjs");
    history.replaceState(null, "", before);
    return is(answer.status, 200);
  },
  "pathname": () => is(location.pathname.endsWith("/lesson/start.html"), true),
  "search and hash": () => is(location.search + location.hash, "?mode=test#top"),
  "SCORM API": () => is(parent.API.LMSInitialize(""), "true"),
};

(async () => {
  const results = {};
  const last = "pushState"; // moves the address of the page, so it runs alone
  const run = async (name) => {
    try { results[name] = await checks[name](); } catch (error) { results[name] = String(error); }
  };
  await Promise.all(Object.keys(checks).filter((name) => name !== last).map(run));
  await run(last);
  for (const name of Object.keys(checks)) {
    const row = document.createElement("li");
    row.textContent = `${name}: ${results[name]}`;
    $("list").append(row);
  }
  parent.API.LMSSetValue("cmi.core.score.raw", "80");
  parent.API.LMSSetValue("cmi.core.lesson_status", "passed");
  parent.API.LMSSetValue("cmi.suspend_data", "page=3");
  parent.API.LMSCommit("");
  window.results = results;
})();
