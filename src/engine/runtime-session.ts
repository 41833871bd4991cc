import { SteepestError } from "../errors.js";
import type { DType } from "../graph/tensor.js";
import { missing } from "../missing.js";
import type { BoundSession, HostTensor, HostTensors, Session } from "./engine.js";
import { told } from "./failures.js";

/** A tensor as ONNX Runtime gives it, in Node and in pages. */
export interface RuntimeTensor {
  readonly type: string;
  readonly data: unknown;
  readonly dims: readonly number[];
}

const mapped = <T, U>(
  tensors: Readonly<Record<string, T>>,
  f: (tensor: T, name: string) => U,
): Record<string, U> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, f(tensor, name)]));

/** Our tensors as those of a runtime, made by `Tensor`, its class. */
export const runtimeTensors = <T>(
  Tensor: new (type: HostTensor["dtype"], data: HostTensor["data"], dims: readonly number[]) => T,
  tensors: HostTensors,
): Record<string, T> => mapped(tensors, ({ dtype, data, shape }) => new Tensor(dtype, data, shape));

const dtypes: readonly string[] = ["float32", "float64", "int64", "bool"] satisfies DType[];

/** What a runtime computed, as ours. Throws where an output's type is none of those that the graph knows. */
export const hostTensors = (tensors: Readonly<Record<string, RuntimeTensor>>): HostTensors =>
  mapped(tensors, ({ type, data, dims }, name) => {
    if (!dtypes.includes(type)) {
      throw new SteepestError(`output "${name}" has type ${type}; expected one of ${dtypes.join(", ")}`);
    }
    return { dtype: type as DType, data: data as HostTensor["data"], shape: dims };
  });

/** A model that a runtime has loaded. */
export interface LoadedModel {
  run(inputs: HostTensors): Promise<HostTensors>;
  /** Writes its results into given memory, where the runtime can; else they are copied there. */
  runInto?(inputs: HostTensors, outputs: HostTensors): () => Promise<unknown>;
  release(): Promise<void>;
}

/** Runs the model and copies what it computed to where it is wanted. */
const copying = (run: LoadedModel["run"], inputs: HostTensors, outputs: HostTensors) => async () => {
  const results = await run(inputs);
  for (const [name, { data }] of Object.entries(outputs)) {
    (data as Float32Array).set((results[name] ?? missing()).data as Float32Array);
  }
};

/** The session of a loaded model: what it is asked after it was released is refused, and failures are told in our words. */
export const sessionOf = ({ run, runInto, release }: LoadedModel): Session => {
  let released = false;
  const checked = async <T>(work: () => Promise<T>): Promise<T> => {
    if (released) {
      throw new SteepestError(
        "this program was released and cannot be run any more; release it after its last use",
      );
    }
    return told("run", work);
  };
  return {
    run: (inputs) => checked(() => run(inputs)),
    bind: (inputs, outputs): BoundSession => {
      const once = runInto?.(inputs, outputs) ?? copying(run, inputs, outputs);
      return {
        run: async () => {
          await checked(once);
        },
      };
    },
    release: async () => {
      if (released) return;
      released = true;
      await release();
    },
  };
};
