import { createHash } from "node:crypto";
import type { Fingerprint } from "../checkpoint/fingerprint.js";
import type { Projection, TrainedParameter, TrainingGraph } from "../engine/training/graph.js";
import { input, type Tensor } from "../graph/index.js";
import { formatShape } from "../graph/shape.js";
import { writeModel } from "../onnx/write.js";
import { type Rate, rateAt, type Time, traceRule } from "../optim/rule.js";

/** The first digits of a SHA-256. */
export const digest = (bytes: Uint8Array): string =>
  createHash("sha256").update(bytes).digest("hex").slice(0, 16);

/** A graph's digest: that of its ONNX model. */
const graphDigest = (inputs: readonly Tensor[], outputs: Readonly<Record<string, Tensor>>): string =>
  digest(writeModel({ inputs, outputs }));

/** Rates are functions: they are told apart by what they give at some times. */
const rateText = (rates: readonly Rate[], times: readonly Time[]): string =>
  rates.map((rate) => [...new Set(times.map((time) => rateAt(rate, time)))].join(" ")).join("; ");

/** What a projection computes, by the name of its constraint. */
const projectionText = (projection: Projection, shape: readonly number[], times: readonly Time[]): string => {
  const rates: Rate[] = [];
  const scalars: Tensor[] = [];
  const at = (rate: Rate): Tensor => {
    const scalar = input(`scalar${scalars.length}`, []);
    rates.push(rate);
    scalars.push(scalar);
    return scalar;
  };
  const theta = input("theta", projection.kind === "units" ? [1] : shape);
  const value =
    projection.kind === "units" ? projection.scaling({ norm: theta, at }) : projection.project({ theta, at });
  const graph = graphDigest([theta, ...scalars], { value });
  return [projection.name, rateText(rates, times), graph].filter((text) => text !== "").join(" ");
};

/** What an update does to a parameter: its rule by name, rates and graph, and what its constraints do. */
const updateEntries = (
  { name: parameter, shape, rule: general, projections = [] }: TrainedParameter,
  times: readonly Time[],
): [string, string][] => {
  const { name, theta, g, states, scalars, next } = traceRule(general, shape);
  const inputs = [theta, g, ...[...states, ...scalars].map((each) => each.input)];
  const outputs = Object.fromEntries(next.map(({ value }, i) => [`next ${i}`, value]));
  return [
    [`rule of ${parameter}`, name],
    [
      `rates of ${parameter}`,
      rateText(
        scalars.map(({ rate }) => rate),
        times,
      ),
    ],
    ...projections.map((each, i): [string, string] => [
      `constraint ${i} of ${parameter}`,
      projectionText(each, shape, times),
    ]),
    [`computation of ${parameter}'s rule`, graphDigest(inputs, outputs)],
  ];
};

/** Times at which schedules are compared: the first steps, the last, and some between. */
const timesOf = (steps: number, stepsPerEpoch: number): Time[] =>
  [0, 1, 10, 100, steps / 4, steps / 2, (3 * steps) / 4, steps - 1]
    .map(Math.floor)
    .filter((step) => step >= 0 && step < steps)
    .map((step) => ({ step, steps, stepsPerEpoch }));

/**
 * What a training step depends on, by name: parameters and their rules first, so that a message about the first difference is as plain as
 * can be, and digests of graphs last.
 */
export const graphFingerprint = (
  { parameters, states, draws, rates = [], seed, batchSize, clipNorm, ...graph }: TrainingGraph,
  { steps, stepsPerEpoch }: Pick<Time, "steps" | "stepsPerEpoch">,
): Fingerprint => {
  const times = timesOf(steps, stepsPerEpoch);
  return {
    seed,
    batchSize,
    steps,
    clipNorm: clipNorm ?? "none",
    ...Object.fromEntries(
      [...parameters, ...states].map(({ name, shape }) => [`shape of ${name}`, formatShape(shape)]),
    ),
    ...Object.fromEntries(parameters.flatMap((parameter) => updateEntries(parameter, times))),
    ...Object.fromEntries(
      draws.map(({ name, ...draw }) => [
        `draw ${name}`,
        draw.kind === "bernoulli" ? `keep ${draw.keep}, scale ${draw.scale}` : "normal",
      ]),
    ),
    ...Object.fromEntries(rates.map(({ name, rate }) => [`rate ${name}`, rateText([rate], times)])),
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
