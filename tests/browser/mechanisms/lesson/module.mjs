import { word } from "./deep/part.mjs";
window.moduleWord = word + new URL("pics/blue.png", import.meta.url).pathname.split("/").pop();
