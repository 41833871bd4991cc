/** TensorFlow.js in a page, with its files at /tfjs/. */
import * as tf from "@tensorflow/tfjs";
import * as wasm from "@tensorflow/tfjs-backend-wasm";

wasm.setWasmPaths("/tfjs/");

export { tf, wasm };
