window.queried = new URL(document.currentScript.src).search;
