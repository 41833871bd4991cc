import type { ClassWeights } from "../nn/losses/loss.js";
import type { NamedNetwork } from "../nn/network.js";
import { adamW } from "../optim/rules/adam.js";
import { cosineDecay } from "../optim/schedules/decay.js";
import type { FitOptions } from "../train/options.js";
import { type EncodedTarget, encoderKey } from "./encoder.js";
import type { TableTask } from "./load.js";
import { tableLoss } from "./loss.js";
import { type TableNetworkOptions, tableNetwork } from "./network.js";
import { targetName } from "./targets.js";

/** The network and the course of its training that suit a table of so many rows. */
export interface TableDefaults extends TableNetworkOptions {
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly epochs: number;
  readonly batchSize: number;
  /** Epochs without a lower validation loss after which training ends. */
  readonly patience: number;
}

/** Chosen on the tables of docs/tables.md, by their validation parts. */
export const tableDefaults = (rows: number): TableDefaults => {
  const common = { keep: 0.9, learningRate: 0.003, weightDecay: 0.01 };
  if (rows < 2000)
    return { ...common, members: 8, hidden: [64, 64], epochs: 150, batchSize: 32, patience: 25 };
  if (rows < 20_000)
    return { ...common, members: 4, hidden: [128, 128], epochs: 60, batchSize: 128, patience: 10 };
  if (rows < 200_000)
    return { ...common, members: 2, hidden: [256, 256], epochs: 30, batchSize: 256, patience: 5 };
  return { ...common, members: 1, hidden: [256, 256, 256], epochs: 10, batchSize: 1024, patience: 3 };
};

export interface TablePlanOptions {
  /** What is chosen in place of what suits the number of rows. */
  readonly change?: Partial<TableDefaults>;
  /** How much examples count by their class. @defaultValue all alike */
  readonly classWeights?: ClassWeights;
  readonly seed?: number;
}

/** What `fit` is called with to learn a table: the network, its loss, rule and course. */
export interface TablePlan {
  readonly network: NamedNetwork;
  readonly options: FitOptions;
  readonly chosen: TableDefaults;
}

/** The losses of all targets. */
export const lossesOf = (
  targets: readonly EncodedTarget[],
  classWeights?: ClassWeights,
): NonNullable<FitOptions["loss"]> => {
  const [only, ...others] = targets;
  if (only && others.length === 0) return tableLoss(only, classWeights);
  return Object.fromEntries(
    targets.map((target) => [
      targetName(targets, target),
      tableLoss(target, target.kind === "class" ? classWeights : undefined),
    ]),
  );
};

/** The default network and training for a table. */
export const planTable = (
  { encoder, splits }: TableTask,
  { change = {}, classWeights, seed = 0 }: TablePlanOptions = {},
): TablePlan => {
  const chosen = { ...tableDefaults(splits.train.size), ...change };
  const { learningRate, weightDecay, epochs, batchSize, patience } = chosen;
  return {
    network: tableNetwork(encoder, chosen),
    chosen,
    options: {
      optimizer: adamW({ learningRate: cosineDecay({ initial: learningRate }), weightDecay }),
      loss: lossesOf(encoder.targets, classWeights),
      epochs,
      batchSize,
      seed,
      preprocess: "none",
      watch: "loss",
      ...(splits.validation ? { earlyStopping: { patience } } : {}),
      metadata: { [encoderKey]: JSON.stringify(encoder) },
    },
  };
};
