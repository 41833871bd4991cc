import { highest } from "../extremes.js";
import {
  aside,
  barChart,
  type Figure,
  lineChart,
  meaning,
  palette,
  panels,
  ruleColour,
} from "../figures/index.js";
import { mix } from "../figures/theme.js";
import { notSameUnderAdamClaim, ridgeMinimiserClaim, sameUnderDescentClaim } from "./claims/weight-decay.js";
import { images } from "./shared/images.js";
import { short } from "./shared/statistics.js";
import { judged } from "./shared/verdict.js";
import type { Effort, Study, StudyContext, StudyResult } from "./study.js";
import { type Minimiser, minimisers, SCALES, LAMBDA as STRENGTH } from "./weight-decay/minimisers.js";
import {
  LAMBDA,
  penaltyAgainstDecay,
  penaltyAgainstFormula,
  rules,
  type Trajectories,
} from "./weight-decay/trajectories.js";

export interface Settings {
  /** Steps of the network. */
  readonly steps: number;
  /** Epochs of the regression. */
  readonly epochs: number;
}

const settings: Record<Effort, Settings> = {
  quick: { steps: 150, epochs: 50 },
  default: { steps: 1000, epochs: 300 },
  full: { steps: 5000, epochs: 2000 },
};

/** A rule's own colour for the penalty, half of it for decay. */
const barColours: Readonly<Record<string, string>> = {
  "least squares": aside,
  "ridge, closed form": palette[0],
  "GD, penalty": meaning.gradientDescent,
  "GD, decay": mix(meaning.gradientDescent, "#ffffff", 0.5),
  "Adam, penalty": meaning.adam,
  "AdamW (decay)": mix(meaning.adam, "#ffffff", 0.5),
};

const draw = async (runs: readonly Trajectories[], found: readonly Minimiser[]): Promise<Figure> =>
  panels(
    [
      await lineChart({
        title: "Penalty against decay, step by step",
        subtitle: "784-32-10 network, all examples in every step",
        width: 560,
        height: 400,
        x: { label: "step" },
        y: { label: "‖w penalty − w decay‖ / ‖w‖", type: "log" },
        series: runs.map(({ name, distances }) => ({
          name,
          colour: ruleColour(name) ?? "currentColor",
          points: distances.map((value, t) => [t + 1, value] as const),
          dots: false,
        })),
      }),
      await barChart({
        title: "Weights at the end, linear regression",
        subtitle: "one group per feature, by its standard deviation; without noise every weight is 1",
        width: 720,
        height: 400,
        categories: SCALES.map(String),
        value: { label: "weight" },
        format: () => "",
        series: found.map(({ name, weights }) => ({
          name,
          values: weights,
          ...(barColours[name] !== undefined && { colour: barColours[name] }),
        })),
      }),
    ],
    { columns: 2 },
  );

/** The study at given settings. */
export const measure = async (setting: Settings, context: StudyContext): Promise<StudyResult> => {
  const { steps, epochs } = setting;
  const { seed, log, signal } = context;
  const parts = await images(context, { train: 200, validation: 20, test: 20 });
  const options = { data: parts.train, steps, seed, signal };
  const formula = await penaltyAgainstFormula(rules["gradient descent"].eta, options);
  const runs: Trajectories[] = [];
  for (const [name, { rule, eta }] of Object.entries(rules))
    runs.push(await penaltyAgainstDecay(name, rule, eta, options));
  log("trajectories done");
  const found = await minimisers(epochs, context);
  const worst = (run: Trajectories | undefined) => highest(run?.distances ?? [Number.NaN]);
  const [gd, heavy, adaptive] = runs;
  const fromRidge = (name: string) => found.find((each) => each.name === name)?.fromRidge ?? Number.NaN;
  return {
    learned: `Under gradient descent the L2 penalty and weight decay are one thing (weights ${short(100 * worst(gd))} % apart); under Adam they are two (${short(100 * worst(adaptive))} %).`,
    claims: [
      {
        claim: "Under gradient descent the penalty's update is (1 − 2ηλ)·w − η∇L(w)",
        measured: `over ${steps} steps the weights differ by at most ${short(worst(formula))} of their norm (float32 rounding)`,
        verdict: judged(worst(formula) < 1e-5),
      },
      sameUnderDescentClaim({ steps, worst: worst(gd), rounding: 1e-5 }),
      notSameUnderAdamClaim(LAMBDA, { worst: worst(adaptive) }),
      {
        claim: "Nor are they under momentum",
        measured: `with the same λ = ${LAMBDA} the weights are up to ${short(100 * worst(heavy))} % apart`,
        verdict: judged(worst(heavy) > 1e-4),
      },
      ridgeMinimiserClaim(
        {
          descentPenalty: fromRidge("GD, penalty"),
          descentDecay: fromRidge("GD, decay"),
          adamPenalty: fromRidge("Adam, penalty"),
          adamDecay: fromRidge("AdamW (decay)"),
        },
        0.02,
      ),
    ],
    tables: [
      {
        title: "Weights at the end by the feature's standard deviation",
        columns: ["", ...SCALES.map(String), "distance to ridge (%)"],
        rows: found.map(({ name, weights, fromRidge: away }) => [
          name,
          ...weights.map((w) => w.toFixed(3)),
          short(100 * away),
        ]),
      },
    ],
    figure: await draw(runs, found),
    numbers: { formula: worst(formula), runs, found, lambda: LAMBDA, strength: STRENGTH },
    notes: [
      parts.note,
      `Network: λ = ${LAMBDA}; learning rates ${Object.entries(rules)
        .map(([name, { eta }]) => `${eta} (${name})`)
        .join(", ")}. Regression: 400 examples, λ = ${STRENGTH}, batches of 20, learning rates falling to 0.`,
      "Under momentum the penalty's gradient is summed up by the factor 1/(1 − β) while the decay is not, which is most of their difference.",
      "Adam divides the penalty's gradient by the size of the whole gradient: weights with large gradients are hardly shrunk on the way. At the end only the minimiser counts, and the penalty's is ridge's.",
    ],
  };
};

/** Row 19 of the lecture: ridge regression as weight decay, and where the two part. */
export const weightDecayStudy: Study = {
  name: "weight-decay",
  title: "Weight decay and the L2 penalty",
  section: "Ridge regression (weight decay)",
  describe:
    "Trains the same network with the penalty λ‖w‖² in the gradient, with decay beside the step, and with the lecture's formula (1 − 2ηλ)w − η∇L(w) written out, and compares the weights after every step, under gradient descent, momentum and Adam. Then compares where they end on a linear regression whose ridge minimiser is known.",
  run: (context) => measure(settings[context.effort], context),
};
