self.parts.push({
  render(app, title, words) {
    app.innerHTML = `<h1>${title}</h1><ul>${words.map((one) => `<li>${one}</li>`).join("")}</ul>
      <img alt="" width="40" height="40" data-src="assets/a%20b.png">`;
  },
});
