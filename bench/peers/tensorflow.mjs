/** TensorFlow.js as Node has it. `tensorflow.page.mjs` is that of a page. */
import { createRequire } from "node:module";
import { dirname, sep } from "node:path";

const require = createRequire(import.meta.url);
export const tf = require("@tensorflow/tfjs");
export const wasm = require("@tensorflow/tfjs-backend-wasm");
wasm.setWasmPaths(dirname(require.resolve("@tensorflow/tfjs-backend-wasm")) + sep);
