import { word } from "./deep/part.mjs"; postMessage(word);
