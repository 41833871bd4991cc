import type { Engine } from "./engine.js";

let engine: Promise<Engine> | undefined;

/** The engine used where none is given: ONNX Runtime's WebAssembly. Loaded on first use, so that importing the library stays light. */
export const defaultEngine = (): Promise<Engine> => {
  engine ??= import("./web/wasm.js").then(({ wasm }) => wasm());
  return engine;
};
