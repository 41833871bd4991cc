import { defaultEngine } from "../../engine/compile.js";
import type { TrainingGraph } from "../../engine/training/graph.js";
import { openSession } from "../../engine/training/open.js";
import { input, slice, square, sum, type Tensor } from "../../graph/index.js";
import type { Rule } from "../../optim/index.js";
import { type Course, lossOfStep, type Problem } from "./problem.js";
import { settledLoss } from "./search.js";

/** A function of the plane: parameters x and y, minimum 0. */
interface Landscape {
  readonly name: string;
  readonly describe: string;
  readonly start: readonly [number, number];
  readonly f: (x: Tensor, y: Tensor) => Tensor;
}

const half = Math.SQRT1_2;

const landscapes: readonly Landscape[] = [
  {
    name: "ravine",
    describe: "½(u² + 100v²), u and v along the diagonals",
    start: [-1.5, 0.5],
    f: (x, y) =>
      square(x.add(y).mul(half))
        .add(square(y.sub(x).mul(half)).mul(100))
        .mul(0.5),
  },
  {
    name: "Rosenbrock",
    describe: "(1 − x)² + 100(y − x²)² from (−1.2, 1)",
    start: [-1.2, 1],
    f: (x, y) => square(x.neg().add(1)).add(square(y.sub(square(x))).mul(100)),
  },
  {
    name: "saddle",
    describe: "½x² − ½y² + ¼y⁴ + ¼ from (1, 0.001), beside the saddle at the origin",
    start: [1, 1e-3],
    f: (x, y) =>
      square(x)
        .mul(2)
        .add(square(square(y).sub(1)))
        .mul(0.25),
  },
];

const graphOf = ({ f, start }: Landscape, rule: Rule): TrainingGraph => {
  const w = input("w", [2]);
  return {
    loss: sum(f(slice(w, { end: 1 }), slice(w, { start: 1 }))),
    metrics: {},
    data: [],
    parameters: [{ name: "w", tensor: w, shape: [2], rule, initialize: (values) => values.set(start) }],
    states: [],
    draws: [],
    batchSize: 1,
    seed: 0,
  };
};

/** Landscapes of two parameters, walked down by the trainer itself; the value after the last step is what counts. */
export const landscapeProblems = (steps: number): Problem[] =>
  landscapes.map((landscape) => ({
    name: landscape.name,
    describe: landscape.describe,
    convex: landscape.name === "ravine",
    vectorsOnly: true,
    steps,
    measure: "f − f*",
    draws: 0,
    open: async (rule): Promise<Course> => {
      const session = await openSession(graphOf(landscape, rule), await defaultEngine(), {
        threads: 1,
      });
      return {
        trained: session,
        // Below this float32 coordinates near 1 decide by luck.
        step: async (time) => Math.max(await lossOfStep(session, 1, time), 1e-10),
        result: settledLoss,
      };
    },
  }));
