import { SteepestError } from "../../errors.js";
import { topologicalOrder } from "../../graph/autodiff.js";
import { formatShape, sameShape } from "../../graph/shape.js";
import { inputName, isInput, type Tensor } from "../../graph/tensor.js";
import { kernelFunction } from "./generate.js";
import { readProgram } from "./program.js";
import { instantiate, isShared, wasmModule } from "./wasm.js";

/** An array that the kernel overwrites, element by element. */
export interface KernelStore {
  /** One of the kernel's arrays. */
  readonly into: Tensor;
  /** Its next value, of the same shape. */
  readonly value: Tensor;
  /**
   * Writes 0 for magnitudes up to 1e-30. States that decay (moments of rarely touched weights) would otherwise become
   * denormal numbers, which make each pass several times slower. Off by default.
   */
  readonly flushDenormals?: boolean;
}

export interface KernelSource {
  /** Inputs read element by element; all have one shape. */
  readonly arrays: readonly Tensor[];
  /** Inputs of rank 0, passed as numbers. */
  readonly scalars: readonly Tensor[];
  readonly stores: readonly KernelStore[];
}

/** A kernel working on one memory. */
export interface BoundKernel {
  /**
   * Runs over `count` elements.
   *
   * @param pointers byte offset of each array in the memory, 0 to 2³² − 1, a multiple of 4 (of 64 is fastest)
   * @param scalars the value of each scalar, rounded to float32
   */
  readonly run: (pointers: readonly number[], count: number, scalars: readonly number[]) => void;
}

export interface Kernel {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Whether it folds all elements into numbers, so that two arrays side by side cannot go in one run. */
  readonly reduces: boolean;
  /** How many scalars it is given. */
  readonly scalars: number;
  /** It, compiled for a memory, or for any other of the same kind: shared by threads or not. */
  readonly moduleFor: (memory: WebAssembly.Memory) => WebAssembly.Module;
  readonly bind: (memory: WebAssembly.Memory) => BoundKernel;
}

/**
 * Compiles elementwise expressions into one pass over memory, in WebAssembly SIMD: `into[i] = value(arrays[…][i], scalars)`.
 * All values are computed from the arrays as they were before the run. Arithmetic is IEEE float32; NaN propagates.
 * Reductions over all elements (sum, mean, max, min; sums in float64) are passes of their own before it.
 * Throws for what kernels do not have, naming it; `isKernelGraph` asks beforehand.
 */
export const compileKernel = ({ arrays, scalars, stores }: KernelSource): Kernel => {
  const program = readProgram(
    stores.map(({ value }) => value),
    arrays,
    scalars,
  );
  const targets = stores.map(({ into, value, flushDenormals = false }) => {
    const array = arrays.indexOf(into);
    if (array < 0) {
      throw new SteepestError(`kernel: it stores into "${inputName(into)}", which is not among its arrays`);
    }
    if (!sameShape(into.shape, value.shape)) {
      throw new SteepestError(
        `kernel: a value of shape ${formatShape(value.shape)} is stored into "${inputName(into)}" of shape ${formatShape(into.shape)}`,
      );
    }
    if (value.dtype !== "float32") {
      throw new SteepestError(
        `kernel: a ${value.dtype} value is stored into "${inputName(into)}"; cast it to float32`,
      );
    }
    return { array, value: program.resolve(value), flushDenormals };
  });
  if (new Set(targets.map(({ array }) => array)).size !== targets.length) {
    throw new SteepestError("kernel: it stores into one array twice; give each array one value");
  }
  const functions = { run: kernelFunction(program.values, arrays.length, scalars.length, targets) };
  const compiled = new Map<boolean, WebAssembly.Module>();
  const moduleFor = (memory: WebAssembly.Memory): WebAssembly.Module => {
    const shared = isShared(memory);
    const module = compiled.get(shared) ?? new WebAssembly.Module(wasmModule(functions, shared));
    compiled.set(shared, module);
    return module;
  };
  return {
    bytes: wasmModule(functions),
    moduleFor,
    scalars: scalars.length,
    reduces: program.values.some(({ kind }) => kind === "fold"),
    bind: (memory) => {
      const { run } = instantiate<"run">(moduleFor(memory), memory);
      return {
        run: (pointers, count, numbers) => {
          if (pointers.length !== arrays.length || numbers.length !== scalars.length) {
            throw new SteepestError(
              `kernel: run with ${pointers.length} pointers and ${numbers.length} scalars; it has ${arrays.length} arrays and ${scalars.length} scalars`,
            );
          }
          run(count, ...pointers, ...numbers);
        },
      };
    },
  };
};

/** Whether `compileKernel` can compute these values, taking inputs of rank 0 as scalars and all others as arrays. */
export const isKernelGraph = (values: readonly Tensor[]): boolean => {
  const inputs = topologicalOrder(values).filter(isInput);
  try {
    readProgram(
      values,
      inputs.filter(({ rank }) => rank > 0),
      inputs.filter(({ rank }) => rank === 0),
    );
    return true;
  } catch (error) {
    if (error instanceof SteepestError) return false;
    throw error;
  }
};
