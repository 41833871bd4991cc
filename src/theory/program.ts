import { compile, type Program } from "../engine/compile.js";
import type { HostTensor } from "../engine/engine.js";
import { SteepestError } from "../errors.js";
import type { Tensor } from "../graph/index.js";

/** Below this many multiplications a second thread costs more than it saves. */
const parallelFrom = 2 ** 18;

interface LazyGraph<Output extends string> {
  readonly inputs: readonly Tensor[];
  readonly outputs: Readonly<Record<Output, Tensor>>;
  /** Multiplications of one run, roughly: decides on the number of threads. */
  readonly work: number;
}

/** A program that is compiled when it is first run. */
export const lazyProgram = <Output extends string>({
  inputs,
  outputs,
  work,
}: LazyGraph<Output>): Program<Output> => {
  let compiled: Promise<Program<Output>> | undefined;
  return {
    run: async (values) => {
      compiled ??= compile<Output>({ inputs, outputs }, work < parallelFrom ? { threads: 1 } : {});
      return (await compiled).run(values);
    },
    release: async () => {
      const program = await compiled;
      compiled = undefined;
      await program?.release();
    },
  };
};

/** The numbers of a float64 output. */
export const float64 = ({ data, dtype }: HostTensor): Float64Array => {
  if (!(data instanceof Float64Array)) {
    throw new SteepestError(`an output is ${dtype}; the theory computes in float64 only`);
  }
  return data;
};
