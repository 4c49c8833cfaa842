window.written = "by document.write";
