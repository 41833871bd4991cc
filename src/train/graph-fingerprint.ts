import type { Fingerprint } from "../checkpoint/fingerprint.js";
import type { Projection, TrainedParameter, TrainingGraph } from "../engine/training/graph.js";
import { input, type Tensor } from "../graph/index.js";
import { formatShape } from "../graph/shape.js";
import { sha256 } from "../hash.js";
import { writeModel } from "../onnx/write.js";
import { type Rate, type Rule, rateAt, ruleForShape, type Time, traceRule } from "../optim/rule.js";
import { type Plan, timeAt } from "./plan.js";

/** The first digits of a SHA-256. */
export const digest = (bytes: Uint8Array): string => sha256().update(bytes).hex().slice(0, 16);

/** A graph's digest: that of its ONNX model. */
const graphDigest = (inputs: readonly Tensor[], outputs: Readonly<Record<string, Tensor>>): string =>
  digest(writeModel({ inputs, outputs }));

/** Rates are functions: they are told apart by what they give at some times. */
const rateEntries = (what: string, rate: Rate, times: readonly Time[]): [string, number][] =>
  typeof rate === "number"
    ? [[what, rate]]
    : times.map((time) => [`${what} at step ${time.step + 1}`, rateAt(rate, time)]);

/** What a constraint does to a parameter. */
const projectionEntries = (
  what: string,
  projection: Projection,
  shape: readonly number[],
  times: readonly Time[],
): [string, string | number][] => {
  const scalars: { readonly input: Tensor; readonly rate: Rate }[] = [];
  const at = (rate: Rate): Tensor => {
    const scalar = { input: input(`scalar${scalars.length}`, []), rate };
    scalars.push(scalar);
    return scalar.input;
  };
  const theta = input("theta", projection.kind === "units" ? [1] : shape);
  const value =
    projection.kind === "units" ? projection.scaling({ norm: theta, at }) : projection.project({ theta, at });
  return [
    [what, projection.name],
    ...scalars.flatMap(({ rate }, i) => rateEntries(`rate ${i} of ${what}`, rate, times)),
    [`computation of ${what}`, graphDigest([theta, ...scalars.map((scalar) => scalar.input)], { value })],
  ];
};

/** What a rule does to parameters of one shape. */
const ruleEntries = (
  rule: Rule,
  { name: parameter, shape }: TrainedParameter,
  times: readonly Time[],
): [string, string | number][] => {
  const { name, theta, g, states, scalars, next, learningRate } = traceRule(rule, shape);
  const inputs = [theta, g, ...[...states, ...scalars].map((each) => each.input)];
  const outputs = Object.fromEntries(next.map(({ value }, i) => [`next ${i}`, value]));
  return [
    [`rule of ${parameter}`, name],
    ...(learningRate === undefined ? [] : rateEntries(`learning rate of ${parameter}`, learningRate, times)),
    ...scalars.flatMap(({ rate }, i) => rateEntries(`rate ${i} of ${parameter}`, rate, times)),
    [`computation of the rule of ${parameter}`, graphDigest(inputs, outputs)],
  ];
};

/** What updates do to all parameters. Those that have a rule in common are said to. */
const updateEntries = (parameters: readonly TrainedParameter[], times: readonly Time[]) => {
  const first = new Map<Rule, string>();
  return parameters.flatMap((parameter): [string, string | number][] => {
    const { name, shape, projections = [] } = parameter;
    const rule = ruleForShape(parameter.rule, shape);
    const same = first.get(rule);
    if (same === undefined) first.set(rule, name);
    return [
      ...(same === undefined
        ? ruleEntries(rule, parameter, times)
        : [[`rule of ${name}`, `that of ${same}`] as [string, string]]),
      ...projections.flatMap((each, i) =>
        projectionEntries(`constraint ${i} of ${name}`, each, shape, times),
      ),
    ];
  });
};

/** Times at which schedules are compared: the first steps, and where it is known how many there are, the last and some between. */
const timesOf = (plan: Plan): Time[] => {
  const { steps } = plan;
  const later = steps === undefined ? [] : [steps / 4, steps / 2, (3 * steps) / 4, steps - 1];
  return [0, 1, 10, 100, ...later]
    .map(Math.floor)
    .filter((step) => step >= 0 && step < (steps ?? Number.POSITIVE_INFINITY))
    .map((step) => timeAt(step, plan));
};

/**
 * What a training step depends on, by name: parameters and their rules first, so that a message about the first difference is as plain as
 * can be, and digests of graphs last.
 */
export const graphFingerprint = (
  { parameters, states, draws, rates = [], seed, batchSize, clipNorm, ...graph }: TrainingGraph,
  plan: Plan,
): Fingerprint => {
  const times = timesOf(plan);
  return {
    seed,
    batchSize,
    steps: plan.steps ?? "not planned",
    clipNorm: clipNorm ?? "none",
    ...Object.fromEntries(
      [...parameters, ...states].map(({ name, shape }) => [`shape of ${name}`, formatShape(shape)]),
    ),
    ...Object.fromEntries(updateEntries(parameters, times)),
    ...Object.fromEntries(
      draws.map(({ name, ...draw }) => [
        `draw ${name}`,
        draw.kind === "bernoulli" ? `keep ${draw.keep}, scale ${draw.scale}` : "normal",
      ]),
    ),
    ...Object.fromEntries(rates.flatMap(({ name, rate }) => rateEntries(`rate ${name}`, rate, times))),
    "network and loss": graphDigest(
      [
        ...graph.data,
        ...[...parameters, ...states, ...(graph.borrowed ?? []), ...draws, ...rates].map(
          ({ tensor }) => tensor,
        ),
      ],
      {
        loss: graph.loss,
        ...graph.metrics,
        ...Object.fromEntries(states.flatMap(({ name, next }) => (next ? [[`next ${name}`, next]] : []))),
      },
    ),
  };
};
