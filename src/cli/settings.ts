import type { Dataset } from "../data/dataset.js";
import { isLoss, type LossChoice, usual } from "../nn/choose-loss.js";
import { type Rule, rateAt } from "../optim/rule.js";
import { kindText } from "../train/check-data.js";
import { checkOptions } from "../train/options.js";
import { given, type Plan } from "./plan.js";

/** A setting as one word or number, as far as it can be said in one. */
export type Settings = Readonly<Record<string, string | number>>;

const named = (value: unknown): string =>
  (value instanceof Object && "name" in value && String(value.name)) || "given by the recipe";

/** The names of one or several, each for all weights or for chosen parameters. */
const namesOf = (value: unknown): string =>
  [value]
    .flat()
    .map((each: unknown) => named(each instanceof Object && "apply" in each ? each.apply : each))
    .join(", ");

const isRule = (value: unknown): value is Rule => value instanceof Object && "update" in value;

/** The name of an update rule, and its rate at the first step. */
const ruleText = (optimizer: unknown): string => {
  if (optimizer === undefined) return "adam";
  if (!isRule(optimizer)) return "a rule for each parameter";
  const { name, learningRate } = optimizer;
  if (learningRate === undefined) return name;
  const first = rateAt(learningRate, { step: 0, steps: 1000, stepsPerEpoch: 100 });
  return `${name}, learning rate ${typeof learningRate === "number" ? learningRate : `${first} at the first step, then by a schedule`}`;
};

const dataText = (data: Dataset): string => `${data.name}: ${data.size} examples with ${kindText(data)}`;

/** What is minimised, in words. */
const lossText = (loss: LossChoice | undefined, { targets }: Dataset): string => {
  if (typeof loss === "function") return loss.name || "a function";
  if (loss && isLoss(loss)) return loss.name;
  const each = loss
    ? Object.entries(loss).map(([output, one]) => [output, isLoss(one) ? one : one.loss] as const)
    : Object.entries(targets).map(([name, { kind }]) => [name, usual[kind]()] as const);
  const [only, ...others] = each;
  if (only && others.length === 0) return only[1].name;
  return each.map(([output, { name }]) => `${name} of ${output}`).join(" + ");
};

/** Everything that a training is asked for, defaults included: what config.json and the report say. */
export const resolvedSettings = ({ data, options, described }: Plan): Settings => {
  const { train, validation: watched, test } = data;
  const checked = checkOptions(options);
  const { epochs, batchSize, seed, validation, earlyStopping, sharpness, clipNorm, threads } = checked;
  const { loss, penalty, constraint, preprocess, initialization, engine } = checked;
  return {
    ...(described.optimizer === undefined ? { optimizer: ruleText(options.optimizer) } : {}),
    ...described,
    loss: lossText(loss, train),
    ...given({
      penalty: penalty && namesOf(penalty),
      constraint: constraint && namesOf(constraint),
      clipNorm,
    }),
    ...{ epochs, batchSize, seed },
    ...(watched ? {} : { validation }),
    preprocess: typeof preprocess === "function" ? named(preprocess) : (preprocess ?? "by default"),
    ...given({
      initialization: initialization && named(initialization),
      earlyStopping: earlyStopping && `after ${earlyStopping.patience} epochs`,
      sharpness: sharpness && `every ${sharpness.every} epochs on ${sharpness.examples} examples`,
      threads: threads ?? "by default",
      engine: engine?.name,
    }),
    trainingData: dataText(train),
    ...given({ validationData: watched && dataText(watched), testData: test && dataText(test) }),
  };
};
