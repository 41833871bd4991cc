import { SteepestError } from "../errors.js";
import type { Engine } from "./engine.js";

/** The engine used where none is given: ONNX Runtime on the processor. Loaded on first use, so that importing the library stays light. */
export const defaultEngine = async (): Promise<Engine> => {
  try {
    return (await import("./node.js")).nodeEngine;
  } catch (error) {
    throw withoutRuntime(error);
  }
};

/** What `package.json` asks for. */
const runtime = "onnxruntime-node@1.30.0";

/**
 * ONNX Runtime's package is an optional dependency: its install step fetches CUDA libraries, which Steepest does not use, and where that
 * fails npm leaves the package out and says nothing.
 */
const withoutRuntime = (error: unknown): unknown => {
  const text = String(error);
  if (!text.includes("onnxruntime")) return error;
  const absent = text.includes("Cannot find package");
  return new SteepestError(
    absent
      ? `ONNX Runtime is not installed: npm leaves it out where its install step cannot download CUDA libraries, which are not needed; run: npm install ${runtime} --ignore-scripts`
      : `ONNX Runtime cannot be loaded on ${process.platform} ${process.arch} with Node ${process.versions.node} (${text.split("\n")[0]}); it runs on Linux and Windows (x64, ARM64) and macOS (ARM64), with Node 20.9 or newer`,
    { cause: error },
  );
};
