window.early = document.currentScript.getAttribute("src") + document.scripts.length;
