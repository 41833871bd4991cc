import { compile } from "../../../src/engine/compile.js";
import type { Engine } from "../../../src/engine/engine.js";
import { nodeEngine } from "../../../src/engine/node.js";
import { fixBatch } from "../../../src/graph/fix-batch.js";
import * as graph from "../../../src/graph/index.js";
import { input, inputName, type Tensor } from "../../../src/graph/index.js";
import type { Target } from "../../../src/onnx/target.js";

/** ONNX Runtime with graphs lowered for one target. */
export const engineFor = (target: Target): Engine => ({
  ...nodeEngine,
  target,
  targetFor: async () => target,
});

/** Evenly spread numbers between -1 and 1 without a pattern, the same for the same seed. */
export const numbers = (count: number, seed: number): number[] =>
  Array.from({ length: count }, (_, i) =>
    Math.fround((((i + 1) * 2654435761 + seed * 40503) % 2003) / 1001.5 - 1),
  );

export interface Network {
  readonly x: Tensor;
  readonly parameters: readonly Tensor[];
  readonly y: Tensor;
}

/** The outputs of a network, a loss and its gradients by everything that it reads, as lists of numbers. */
export const derivatives = async (
  { x, parameters, y }: Network,
  target: Target,
  batchSize: number,
  { fixed = true, threads = 2 } = {},
): Promise<Record<string, number[]>> => {
  const leaves = [x, ...parameters];
  const loss = graph.sum(graph.square(y).mul(graph.add(y, 0.3)));
  const gradients = graph.grad(loss, leaves);
  const at = fixed ? fixBatch([...leaves, y, loss, ...gradients], batchSize) : (t: Tensor) => t;
  const program = await compile(
    {
      inputs: leaves.map(at),
      outputs: {
        y: at(y),
        loss: at(loss),
        ...Object.fromEntries(gradients.map((g, i) => [`gradient ${i}`, at(g)])),
      },
      largestBatch: batchSize,
    },
    { engine: engineFor(target), threads },
  );
  const values = leaves.map((leaf, i) => {
    const count = leaf.shape.reduce<number>(
      (n, dim) => n * (dim === graph.batch ? batchSize : Number(dim)),
      1,
    );
    return [inputName(leaf), numbers(count, i)] as const;
  });
  const results = await program.run(Object.fromEntries(values));
  await program.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, { data }]) => [name, Array.from(data, Number)]),
  );
};

/** The largest difference between two results, relative to the largest number of each. */
export const farthest = (
  a: Readonly<Record<string, readonly number[]>>,
  b: Readonly<Record<string, readonly number[]>>,
): number => {
  let worst = 0;
  for (const [name, values] of Object.entries(a)) {
    const others = b[name] ?? [];
    if (others.length !== values.length) return Number.POSITIVE_INFINITY;
    let [difference, scale] = [0, 1e-30];
    for (const [i, value] of values.entries()) {
      const other = others[i] ?? Number.NaN;
      if (!Number.isFinite(value) || !Number.isFinite(other)) return Number.POSITIVE_INFINITY;
      difference = Math.max(difference, Math.abs(value - other));
      scale = Math.max(scale, Math.abs(value));
    }
    worst = Math.max(worst, difference / scale);
  }
  return worst;
};

/** Hands out the parameters of a network. */
export class Parameters {
  readonly all: Tensor[] = [];
  readonly dtype: graph.DType;

  constructor(dtype: graph.DType = "float32") {
    this.dtype = dtype;
  }

  of(...shape: number[]): Tensor {
    const parameter = input(`w${this.all.length}`, shape, this.dtype);
    this.all.push(parameter);
    return parameter;
  }
}
