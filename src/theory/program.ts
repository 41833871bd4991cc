import { compile, hostTensor, type Program } from "../engine/compile.js";
import { directProgram } from "../engine/direct.js";
import type { HostTensor } from "../engine/engine.js";
import { SteepestError } from "../errors.js";
import { inputName, type Tensor } from "../graph/index.js";
import { missing } from "../missing.js";
import { turns } from "../turn.js";

/** Below this many multiplications a second thread costs more than it saves. */
const parallelFrom = 2 ** 18;

/** Up to this many, calling an engine costs more than the work. */
const directUpTo = 2 ** 12;

interface LazyGraph<Output extends string> {
  readonly inputs: readonly Tensor[];
  readonly outputs: Readonly<Record<Output, Tensor>>;
  /** Multiplications of one run, roughly: decides what runs it, and on how many threads. */
  readonly work: number;
}

/** A small graph, evaluated here; undefined where an engine has to run it. */
const directly = <Output extends string>({
  inputs,
  outputs,
  work,
}: LazyGraph<Output>): Program<Output> | undefined => {
  const entries = Object.entries<Tensor>(outputs);
  const isSmall = work <= directUpTo && entries.every(([, { dtype }]) => dtype === "float64");
  const tensors = entries.map(([, tensor]) => tensor);
  const program = isSmall ? directProgram(inputs, tensors) : undefined;
  if (program === undefined) return undefined;
  const turn = turns();
  return {
    run: async (values) => {
      await turn();
      const results = program(inputs.map((x) => float64(hostTensor(x, values[inputName(x)]))));
      const named = entries.map(([name, { shape }], i): [string, HostTensor] => [
        name,
        { dtype: "float64", shape: shape.map(Number), data: results[i] ?? missing() },
      ]);
      return Object.fromEntries(named) as Record<Output, HostTensor>;
    },
    release: async () => {},
  };
};

/** A program that is made when it is first run: a small one is evaluated without an engine. */
export const lazyProgram = <Output extends string>(graph: LazyGraph<Output>): Program<Output> => {
  const { inputs, outputs, work } = graph;
  let made: Promise<Program<Output>> | undefined;
  const make = async () =>
    directly(graph) ?? compile<Output>({ inputs, outputs }, work < parallelFrom ? { threads: 1 } : {});
  return {
    run: async (values) => {
      made ??= make();
      return (await made).run(values);
    },
    release: async () => {
      const program = await made;
      made = undefined;
      await program?.release();
    },
  };
};

/** The numbers of a float64 tensor. */
export const float64 = ({ data, dtype }: HostTensor): Float64Array => {
  if (!(data instanceof Float64Array)) {
    throw new SteepestError(`an output is ${dtype}; the theory computes in float64 only`);
  }
  return data;
};
