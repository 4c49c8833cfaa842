(function () {
  var scripts = document.getElementsByTagName("script");
  var own = scripts[scripts.length - 1].src;
  var home = location.href.split(/[?#]/)[0].replace(/[^\/]*$/, "");
  var waiting = {};
  window.globalProvideData = function (name, text) { waiting[name](JSON.parse(text)); };
  function provided(name) {
    return new Promise(function (resolve, reject) {
      waiting[name] = resolve;
      var script = document.createElement("script");
      script.src = home + "html5/data/" + name + ".js?t=" + settings.lang;
      script.onerror = reject;
      document.head.appendChild(script);
    });
  }
  function picture(path) {
    return new Promise(function (resolve) {
      var image = new Image();
      image.onload = image.onerror = function () { resolve(image); };
      image.src = new URL("../data/" + path, own).href;
    });
  }
  function waited(path) {
    var request = new XMLHttpRequest();
    request.open("GET", home + path, false);
    request.send(null);
    return request.responseXML.documentElement.getAttribute("title");
  }
  window.boot = async function (stage) {
    api.LMSInitialize("");
    var style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = home + "html5/lib/player.css";
    var styled = new Promise(function (resolve) { style.onload = style.onerror = resolve; });
    document.head.appendChild(style);
    var data = await provided("data");
    var slide = await provided(data.first);
    stage.innerHTML = "<h1></h1><p></p>";
    stage.firstChild.textContent = waited("html5/data/meta.xml") + ": " + slide.title;
    stage.lastChild.textContent = [
      settings.lang, api.LMSGetValue("cmi.core.entry"), own.replace(home, ""), remember(data.first),
    ].join(" ");
    stage.appendChild(await picture(slide.picture));
    await styled;
    await document.fonts.load("16px slides").catch(function () {});
    window.results = getComputedStyle(stage.firstChild).color;
  };
})();
