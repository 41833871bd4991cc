import { SteepestError } from "../../errors.js";
import { cores } from "../../machine.js";
import { requireKnown } from "../../options.js";
import type { Engine } from "../engine.js";
import { told } from "../failures.js";
import { sessionOf } from "../runtime-session.js";
import { convolutionTarget, hasConvolutions, runtimeTarget } from "../runtime-target.js";
import type { ModelHost, RuntimeFiles } from "./protocol.js";

export interface WasmOptions {
  /**
   * Threads that run a model. More than one needs a page that is cross-origin isolated (served with `Cross-Origin-Opener-Policy: same-origin` and
   * `Cross-Origin-Embedder-Policy: require-corp`).
   *
   * @defaultValue half of the cores where the page is isolated, at most 4, else 1
   */
  readonly threads?: number;
  /**
   * Where the page serves the runtime's files: the address of a folder that has `ort-wasm-simd-threaded.mjs` and `ort-wasm-simd-threaded.wasm`, or those of
   * the two files. Bundlers that follow `new URL("…", import.meta.url)` (Vite, webpack, Parcel) find and serve them by themselves; for others, such as
   * esbuild, copy them from `steepest/dist/engine/web/runtime` beside the bundle.
   *
   * @defaultValue beside the library's own code, where a bundler put them
   */
  readonly files?: string | RuntimeFiles;
}

const stem = "ort-wasm-simd-threaded";

const filesAt = (files: WasmOptions["files"]): RuntimeFiles => {
  if (files === undefined) {
    return {
      mjs: new URL("./runtime/ort-wasm-simd-threaded.mjs", import.meta.url).href,
      wasm: new URL("./runtime/ort-wasm-simd-threaded.wasm", import.meta.url).href,
    };
  }
  const absolute = (address: string) => new URL(address, location.href).href;
  if (typeof files !== "string") return { mjs: absolute(files.mjs), wasm: absolute(files.wasm) };
  const folder = files.endsWith("/") ? files : `${files}/`;
  return { mjs: absolute(`${folder}${stem}.mjs`), wasm: absolute(`${folder}${stem}.wasm`) };
};

/** Whether this is a worker's thread, which may be kept busy. */
const inWorker = (): boolean => !("document" in globalThis);

const requireThreads = (threads: number, isolated: boolean): void => {
  if (!(Number.isInteger(threads) && threads >= 1 && threads <= 64)) {
    throw new SteepestError(`wasm: threads is ${threads}; give a whole number from 1 to 64`);
  }
  if (threads > 1 && !isolated) {
    throw new SteepestError(
      `wasm: threads is ${threads}, but this page is not cross-origin isolated, so that its threads share no memory; serve it with Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp, or leave threads out`,
    );
  }
};

/** The host of the first engine: a page has one runtime, with the files and threads that it was started with. */
let started: { readonly threads: number; readonly host: Promise<ModelHost> } | undefined;

const hostWith = (threads: number, files: RuntimeFiles): Promise<ModelHost> => {
  if (started && started.threads !== threads) {
    throw new SteepestError(
      `wasm: threads is ${threads}, but the runtime of this page was started with ${started.threads}; a page has one`,
    );
  }
  const begin = async (): Promise<ModelHost> =>
    inWorker()
      ? (await import("./runtime-host.js")).runtimeHost({ threads, files })
      : (await import("./worker-host.js")).workerHost({ threads, files });
  started ??= { threads, host: begin() };
  return started.host;
};

/**
 * ONNX Runtime's WebAssembly in a page: the engine that is used there where none is given. On a page's own thread models run in a worker beside it, so
 * that the page never freezes; in a worker of your own they run right there, which saves the way of the messages.
 *
 * Throws, when the first model is loaded, where the browser has no WebAssembly or the runtime's files are not where they should be.
 */
export const wasm = (options: WasmOptions = {}): Engine => {
  const { threads: given, files } = requireKnown("wasm", options, ["threads", "files"]);
  const isolated = globalThis.crossOriginIsolated === true;
  const threads = given ?? (isolated ? Math.min(4, Math.ceil(cores / 2)) : 1);
  requireThreads(threads, isolated);
  const why = isolated ? "" : ", since the page is not cross-origin isolated";
  return {
    name: `onnxruntime-web (WASM, ${threads === 1 ? `1 thread${given === undefined ? why : ""}` : `${threads} threads`})`,
    version: "1.30.0",
    target: runtimeTarget,
    targetFor: async (outputs) => (hasConvolutions(outputs) ? convolutionTarget : runtimeTarget),
    load: async (model) => {
      if (typeof WebAssembly === "undefined") {
        throw new SteepestError("this browser has no WebAssembly, which models run on; use a current one");
      }
      const host = await hostWith(threads, filesAt(files));
      const loaded = await told("load", () => host.load(model));
      return sessionOf({
        run: (inputs) => host.run(loaded, inputs),
        release: () => host.release(loaded),
      });
    },
  };
};
