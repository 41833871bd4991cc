import { linear, relu, sequential } from "../../nn/index.js";
import { type Composition, gradientDescent, l1, l1Subgradient, l2 } from "../../optim/index.js";
import { fit } from "../../train/index.js";
import { norm } from "../../vector.js";
import type { Images } from "../shared/images.js";
import type { StudyContext } from "../study.js";

export const LAMBDA = 1e-3;

const penalties: readonly { readonly name: string; readonly penalty?: Composition }[] = [
  { name: "none" },
  { name: "L2", penalty: l2(LAMBDA) },
  { name: "L1, subgradient", penalty: l1Subgradient(LAMBDA) },
  { name: "L1, proximal", penalty: l1(LAMBDA) },
];

export interface Penalised {
  readonly name: string;
  /** Share of the weights that are exactly 0, in percent. */
  readonly zeros: number;
  /** Share of the weights below 10⁻³ in size, in percent. */
  readonly tiny: number;
  readonly norm: number;
  readonly validationError: number;
}

/** The same network under each penalty. */
export const penalised = async (
  epochs: number,
  { note, ...splits }: Images,
  { seed, signal }: StudyContext,
): Promise<Penalised[]> => {
  const results: Penalised[] = [];
  for (const { name, penalty } of penalties) {
    const run = await fit(sequential(linear(64), relu(), linear(10)), splits, {
      optimizer: gradientDescent({ learningRate: 0.1 }),
      ...(penalty && { penalty }),
      batchSize: 50,
      weights: "last",
      epochs,
      seed,
      threads: 1,
      ...(signal ? { signal } : {}),
    });
    const values = await run.weights();
    await run.release();
    signal?.throwIfAborted();
    const weights = Float32Array.from(
      run.parameters
        .filter(({ role }) => role === "weight")
        .flatMap((parameter) => Array.from(values.get(parameter.name) ?? [])),
    );
    const percent = (test: (w: number) => boolean) => (100 * weights.filter(test).length) / weights.length;
    results.push({
      name,
      zeros: percent((w) => w === 0),
      tiny: percent((w) => Math.abs(w) < 1e-3),
      norm: norm(Float64Array.from(weights)),
      validationError: run.epochs.at(-1)?.validation?.error ?? Number.NaN,
    });
  }
  return results;
};
