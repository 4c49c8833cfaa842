(() => {
  // Where further parts come from: beside this one, as bundlers find out
  const place = document.currentScript.src.replace(/[^/]+$/, "");
  const part = (name) => new Promise((resolve, reject) => {
    (self.parts = self.parts || []).push = (one) => resolve(one);
    const script = document.createElement("script");
    script.src = `${place}${name}.bundle.js`;
    script.onerror = reject;
    document.head.appendChild(script);
  });
  const decode = (text) =>
    new TextDecoder().decode(Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)));
  const shown = (element) => new Promise((resolve) => {
    const watch = new IntersectionObserver((seen) => {
      if (seen.some((one) => one.isIntersecting)) {
        watch.disconnect();
        resolve();
      }
    });
    watch.observe(element);
  });
  async function start() {
    const course = JSON.parse(decode(window.courseData));
    history.replaceState(null, "", "#/lessons/one");
    const [{ render }, words, { double }] = await Promise.all([
      part("lesson"),
      fetch("./assets/words.json").then((one) => one.json()),
      import(`${place}tools.mjs`),
    ]);
    const app = document.getElementById("app");
    render(app, course.title, words);
    await shown(app.querySelector("img"));
    const image = app.querySelector("img");
    image.src = image.dataset.src;
    await image.decode().catch(() => null);
    const work = new Blob(["onmessage = ({ data }) => postMessage(data + 1)"]);
    const worker = new Worker(URL.createObjectURL(work));
    const answer = await new Promise((resolve) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.postMessage(double(20));
    });
    const { GetDataChunk, SetDataChunk, SetReachedEnd } = window.parent;
    const before = GetDataChunk();
    SetDataChunk(JSON.stringify({ place: location.hash, words: words.length }));
    const text = [answer, before.length, SetReachedEnd(), location.search, location.hash].join(" ");
    app.append(Object.assign(document.createElement("p"), { textContent: text }));
    window.parent.results = "done";
  }
  start();
})();
