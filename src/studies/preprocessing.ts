import { type Figure, lineChart, orderedColour, panels } from "../figures/index.js";
import { missing } from "../missing.js";
import { type Preprocess, whiten } from "../train/index.js";
import {
  conditionClaim,
  fewerStepsClaim,
  type StageRun,
  standardisedClaim,
  stepsText,
  stepsToMinimum,
} from "./claims/preprocessing.js";
import { descent, linearProblem, stages, tabular, transformed } from "./preprocessing/linear.js";
import { type Tuned, tuned } from "./preprocessing/network.js";
import { type ImageCounts, images } from "./shared/images.js";
import { logSpaced, short } from "./shared/statistics.js";
import { judged } from "./shared/verdict.js";
import type { Effort, Study, StudyContext, StudyResult } from "./study.js";

export interface Settings {
  readonly steps: number;
  readonly counts: ImageCounts;
  readonly epochs: number;
  readonly ratesPerDecade: number;
}

const settings: Record<Effort, Settings> = {
  quick: {
    steps: 10_000,
    counts: { train: 1000, validation: 300, test: 1000 },
    epochs: 6,
    ratesPerDecade: 1,
  },
  default: {
    steps: 10_000,
    counts: { train: 4000, validation: 1000, test: 2000 },
    epochs: 10,
    ratesPerDecade: 2,
  },
  full: {
    steps: 100_000,
    counts: { train: 50_000, validation: 10_000, test: 10_000 },
    epochs: 10,
    ratesPerDecade: 3,
  },
};

/** For images also one mean and scale for all pixels, and whitening of the directions that hold most of the variance. */
const imageKinds: readonly { readonly name: string; readonly kind: Preprocess }[] = [
  ...stages.slice(0, 3),
  { name: "one mean and scale", kind: "all" },
  { name: "whitened", kind: whiten({ components: 0.95 }) },
];

interface LinearRun extends StageRun {
  readonly eta: number;
}

const colourOf = (name: string): string =>
  orderedColour(
    imageKinds.findIndex((each) => each.name === name),
    imageKinds.length,
  );

const draw = async (
  linear: ReadonlyMap<string, LinearRun>,
  networks: ReadonlyMap<string, Tuned>,
): Promise<Figure> =>
  panels(
    [
      await lineChart({
        title: "Least squares on six correlated measurements",
        subtitle: "best constant rate of each, 2/(L + µ); κ: condition number of the Hessian",
        width: 600,
        height: 430,
        x: { label: "step", type: "log" },
        y: { label: "f(w) − f*, relative to the start", type: "log", domain: [1e-12, 1] },
        series: [...linear].map(([name, { condition, gap }]) => ({
          colour: colourOf(name),
          name: `${name}, κ = ${short(condition)}`,
          points: gap.map((value, t) => [t + 1, value] as const),
          dots: gap.length < 24,
        })),
      }),
      await lineChart({
        title: "A 784-64-10 network on images",
        subtitle: "gradient descent, each at the rate at which it learns fastest",
        width: 560,
        height: 430,
        x: { label: "epoch", whole: true },
        y: { label: "training loss", type: "log" },
        series: [...networks].map(([name, { rate, epochs }]) => ({
          colour: colourOf(name),
          name: `${name}, η = ${short(rate)}`,
          points: epochs.map(({ epoch, train }) => [epoch, train.loss] as const),
        })),
      }),
    ],
    { columns: 2 },
  );

/** The study at given settings. */
export const measure = async (setting: Settings, context: StudyContext): Promise<StudyResult> => {
  const { steps, counts, epochs, ratesPerDecade } = setting;
  const [train, test] = [tabular(400, context.seed, "train"), tabular(400, context.seed, "test")];
  const linear = new Map<string, LinearRun>();
  for (const { name, kind } of stages) {
    const problem = await linearProblem(await transformed(kind, train, train), train);
    const { gap } = await descent(problem, { steps, signal: context.signal });
    await problem.objective.release();
    linear.set(name, { name, condition: problem.condition, eta: problem.eta, gap });
  }
  const runs = [...linear.values()];
  context.log("least squares done");

  const parts = await images(context, counts);
  const networks = new Map<string, Tuned>();
  const rates = logSpaced(1e-7, 10, 8 * ratesPerDecade + 1);
  for (const { name, kind } of imageKinds) {
    networks.set(name, await tuned(kind, rates, epochs, parts, context));
    context.log(`network on ${name} images done`);
  }

  const finalLoss = (name: string) => networks.get(name)?.epochs.at(-1)?.train.loss ?? Number.NaN;
  const listOf = (of: (name: string) => number) =>
    imageKinds.map(({ name }) => `${name} ${short(of(name))}`).join(", ");
  const condition = (name: string) => linear.get(name)?.condition ?? Number.NaN;
  const stepsOf = (name: string) => stepsText(linear.get(name) ?? missing());
  return {
    learned: `Whitening took the condition number from ${short(condition("raw"))} to ${short(condition("whitened"))} and gradient descent from ${stepsOf("raw")} steps to ${stepsOf("whitened")}; subtracting the mean and dividing by the deviation alone took it to ${stepsOf("standardised")}.`,
    claims: [
      standardisedClaim(
        await transformed("feature", train, train),
        await transformed("feature", train, test),
      ),
      conditionClaim(runs),
      fewerStepsClaim(runs),
      {
        claim: "A network learns faster from standardised than from raw images",
        measured: `training loss after ${epochs} epochs: ${listOf(finalLoss)}; test error (%): ${listOf((name) => networks.get(name)?.testError ?? Number.NaN)}`,
        verdict: judged(finalLoss("standardised") < finalLoss("raw")),
      },
    ],
    tables: [
      {
        title: "Preprocessing",
        columns: [
          "inputs",
          "κ of the Hessian",
          "best η",
          "steps to 10⁻⁶",
          "network: η",
          "training loss",
          "test error (%)",
        ],
        rows: imageKinds.map(({ name }) => [
          name,
          linear.has(name) ? short(condition(name)) : "",
          linear.has(name) ? short(linear.get(name)?.eta ?? Number.NaN) : "",
          linear.has(name) ? stepsOf(name) : "",
          short(networks.get(name)?.rate ?? Number.NaN),
          short(finalLoss(name)),
          short(networks.get(name)?.testError ?? Number.NaN),
        ]),
      },
    ],
    figure: await draw(linear, networks),
    numbers: {
      linear: runs.map(({ name, condition, eta }) => ({ name, condition, eta })),
      reached: runs.map((run) => {
        const taken = stepsToMinimum(run);
        return Number.isFinite(taken) ? taken : null;
      }),
      networks: [...networks].map(([name, { rate, testError, tried, epochs: records }]) => ({
        name,
        rate,
        testError,
        tried: tried.map(([eta, loss]) => [eta, Number.isFinite(loss) ? loss : null]),
        losses: records.map((record) => record.train.loss),
      })),
    },
    notes: [
      parts.note,
      "Measurements: 400 examples of six features with means from −1 to 5, deviations from 0.3 to 2 and correlation 0.49, plus a bias.",
      "Pixels that are only centred are still up to 255 large: a small change of the first layer goes a long way, so that the network learns single images by heart. Its training loss ends low, its test error high.",
      `Rates of the network are those with the lowest training loss at the end, from ${rates.length} between 1e-7 and 10; nothing is chosen on the test images. Whitened images keep the directions that hold 95 % of the variance.`,
    ],
  };
};

/** Row 29 of the lecture: what centring and scaling do to the problem that training has to solve. */
export const preprocessing: Study = {
  name: "preprocessing",
  title: "Raw, centred, standardised and whitened inputs",
  section: "Data Preprocessing",
  describe:
    "Measures the condition number of the Hessian of a least-squares problem before and after X -= mean, X /= std and whitening, and how many steps gradient descent takes at its best rate. Then trains a network on images with each, every one at its own rate.",
  run: (context) => measure(settings[context.effort], context),
};
