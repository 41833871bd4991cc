import {
  adam,
  type Dataset,
  dataset,
  fit,
  linear,
  moons,
  random,
  readRows,
  relu,
  sequential,
  soleFloats,
  wasm,
} from "steepest";
import { restoredGeneralisesClaim, riseAndFallClaim, stopsAfterBestClaim } from "steepest/claims";
import type { Computed } from "../../parts/definition.js";
import type { State } from "./state.js";

export interface Result extends Computed {
  /** Accuracies in percent after each epoch, to the end. */
  readonly train: readonly number[];
  readonly validation: readonly number[];
  readonly test: readonly number[];
  readonly bestEpoch: number;
  readonly lastEpoch: number;
  readonly isEarly: boolean;
  /** Test accuracies of the weights that early stopping keeps, and of the last ones. */
  readonly kept: number;
  readonly toTheEnd: number;
}

const HELD_OUT = 300;

/** Two moons of which a share has labels drawn at random. */
const examples = async (n: number, wrong: number, seed: number): Promise<Dataset> => {
  const source = moons({ n, noise: 0.15, seed });
  const { inputs, targets } = await readRows(source);
  const labels = soleFloats(targets);
  const draws = random(seed, "wrong labels");
  for (const i of labels.keys()) if (draws.uniform() < wrong) labels[i] = draws.integer(2);
  return dataset({ name: "moons", inputs: soleFloats(inputs), targets: labels, inputShape: [2], classes: 2 });
};

const accuracy = (error: number | undefined): number => 100 - (error ?? Number.NaN);

export const compute = async (state: State, signal?: AbortSignal): Promise<Result> => {
  const { seed, epochs, patience, units } = state;
  const splits = {
    train: await examples(state.examples, state.wrong, 3 * seed),
    validation: await examples(HELD_OUT, state.wrong, 3 * seed + 1),
    test: await examples(HELD_OUT, 0, 3 * seed + 2),
  };
  const net = () => sequential(linear(units), relu(), linear(units), relu(), linear(2));
  const options = {
    engine: wasm({ threads: 1 }),
    optimizer: adam({ learningRate: state.rate }),
    batchSize: 20,
    epochs,
    seed,
    ...(signal && { signal }),
  };
  const test: number[] = [];
  const whole = await fit(net(), splits, {
    ...options,
    weights: "last",
    callbacks: [
      {
        onEpochEnd: async ({ trainer }) => {
          test.push(accuracy((await trainer.evaluate(splits.test)).error));
        },
      },
    ],
  });
  const stopped = await fit(net(), splits, { ...options, earlyStopping: { patience } });
  await whole.release();
  await stopped.release();
  const train = whole.epochs.map((record) => accuracy(record.train.error));
  const validation = whole.epochs.map((record) => accuracy(record.validation?.error));
  const bestEpoch = stopped.bestEpoch ?? stopped.epochs.length;
  const lastEpoch = stopped.epochs.length;
  const isEarly = stopped.stopped === "early";
  const [kept, toTheEnd] = [accuracy(stopped.test?.error), accuracy(whole.test?.error)];
  return {
    train,
    validation,
    test,
    bestEpoch,
    lastEpoch,
    isEarly,
    kept,
    toTheEnd,
    claims: [
      riseAndFallClaim(train, validation),
      stopsAfterBestClaim({ bestEpoch, lastEpoch, epochs, patience, isEarly }),
      restoredGeneralisesClaim(kept, toTheEnd),
    ],
  };
};
