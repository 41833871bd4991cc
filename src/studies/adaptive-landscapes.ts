import { contourMap, type Figure, lineChart, type Point, panels } from "../figures/index.js";
import { linear } from "../nn/index.js";
import { binaryCrossEntropy } from "../nn/losses.js";
import { adagrad, adam, gradientDescent, type Rate, type Rule, rmsProp } from "../optim/index.js";
import { quadratic } from "../theory/index.js";
import { fit } from "../train/index.js";
import { type RareFeatures, rareFeatures } from "./rare-features.js";
import type { Study, StudyContext } from "./study.js";
import { walk } from "./walk.js";

interface Method {
  readonly name: string;
  readonly colour: string;
  readonly make: (options: { readonly learningRate: Rate }) => Rule;
  /** The rate of the picture: small enough for the steps to be seen. */
  readonly drawn: { readonly nice: number; readonly notAsNice: number };
  /** Rates to choose from on the sparse problem: these, in half decades. */
  readonly sparse: readonly [low: number, high: number];
}

const methods: readonly Method[] = [
  {
    name: "gradient descent",
    colour: "#D55E00",
    make: gradientDescent,
    drawn: { nice: 0.1, notAsNice: 0.0195 },
    sparse: [0.1, 30],
  },
  { name: "AdaGrad", colour: "#009E73", make: adagrad, drawn: { nice: 1, notAsNice: 1 }, sparse: [0.03, 3] },
  {
    name: "RMSProp",
    colour: "#CC79A7",
    make: rmsProp,
    drawn: { nice: 0.1, notAsNice: 0.1 },
    sparse: [0.003, 0.3],
  },
  { name: "Adam", colour: "#E69F00", make: adam, drawn: { nice: 0.1, notAsNice: 0.1 }, sparse: [0.003, 0.3] },
];

/** From low to high, `perDecade` to a factor of ten. */
const rates = (low: number, high: number, perDecade: number): number[] =>
  Array.from({ length: Math.round(perDecade * Math.log10(high / low)) + 1 }, (_, i) =>
    Number((low * 10 ** (i / perDecade)).toPrecision(3)),
  );

/** How much steeper "not as nice" is along y than along x. */
const curvature = 100;
/** A walk has arrived within this distance of the minimum. */
const near = 0.05;
const start = [-2, 1.6] as const;

/** Follows a method down ½(x² + c·y²) from the start until it is near the minimum, or for 400 steps. */
const wayDown = async (c: number, method: Method, learningRate: number) => {
  const bowl = quadratic({ rows: 2, columns: 2, values: Float64Array.of(1, 0, 0, c) }, new Float64Array(2));
  const { points, diverged } = await walk(bowl, method.make({ learningRate }), {
    start: Float64Array.from(start),
    steps: 400,
    until: (_value, w) => Math.hypot(...w) < near,
  });
  await bowl.release();
  const arrived = !diverged && Math.hypot(...(points.at(-1) ?? start)) < near;
  return {
    learningRate,
    steps: arrived ? points.length - 1 : Number.POSITIVE_INFINITY,
    points: points.map(([x = 0, y = 0]): Point => [x, y]),
  };
};

type Way = Awaited<ReturnType<typeof wayDown>>;

/** Both landscapes with every rate: the soonest arrival on each, and the largest difference between them at one rate. */
const explore = async (method: Method, perDecade: number) => {
  const nice: Way[] = [];
  const notAsNice: Way[] = [];
  for (const rate of rates(0.01, 1, perDecade)) {
    nice.push(await wayDown(1, method, rate));
    notAsNice.push(await wayDown(curvature, method, rate));
  }
  const best = (ways: readonly Way[]) => ways.reduce((a, b) => (b.steps < a.steps ? b : a));
  const differences = nice.map(({ steps }, i) => {
    const other = notAsNice[i]?.steps ?? steps;
    return steps === other ? 0 : Math.abs(steps - other);
  });
  return {
    method: method.name,
    nice: best(nice),
    notAsNice: best(notAsNice),
    difference: Math.max(...differences),
  };
};

const maps = async (): Promise<Figure[]> => {
  const map = async (title: string, c: number, rate: "nice" | "notAsNice") =>
    contourMap({
      title,
      subtitle:
        c === 1
          ? "½(x² + y²): all features equally important"
          : `½(x² + ${c}y²): small steps wanted along y, large along x`,
      f: (x, y) => 0.5 * (x * x + c * y * y),
      xDomain: [-2.4, 1.2],
      yDomain: [-2, 2],
      // AdaGrad's way lies close to RMSProp's and would vanish under it.
      paths: await Promise.all(
        [
          ...methods.filter(({ name }) => name !== "AdaGrad"),
          ...methods.filter(({ name }) => name === "AdaGrad"),
        ].map(async (method) => ({
          name: method.name,
          points: (await wayDown(c, method, method.drawn[rate])).points,
          colour: method.colour,
        })),
      ),
      stars: [[0, 0]],
      spacing: "log",
      width: 440,
      height: 460,
    });
  return [await map("Nice", 1, "nice"), await map("Not as nice", curvature, "notAsNice")];
};

/** Trains logistic regression on the rare features; test loss by epoch, and how far the weights of rare features are off. */
const learn = async (
  problem: RareFeatures,
  method: Method,
  learningRate: number,
  epochs: number,
  seed: number,
  preprocess: "none" | "feature",
) => {
  const { train, test, weights, frequencies } = problem;
  const run = await fit(
    linear(1),
    { train, validation: test },
    {
      loss: binaryCrossEntropy(),
      optimizer: method.make({ learningRate }),
      preprocess,
      epochs,
      batchSize: 16,
      seed,
      threads: 1,
    },
  );
  const learned = [...run.weights().values()].find((values) => values.length === weights.length) ?? weights;
  const rare = Array.from(frequencies.keys()).filter((j) => (frequencies[j] ?? 1) < 0.02);
  const right = rare.filter((j) => Math.sign(learned[j] ?? 0) === Math.sign(weights[j] ?? 0)).length;
  const losses = run.epochs.map(({ validation }) => validation?.loss ?? Number.NaN);
  await run.release();
  return { learningRate, losses, loss: losses.at(-1) ?? Number.NaN, rareRight: right / rare.length };
};

const learnWithBestRate = async (
  problem: RareFeatures,
  method: Method,
  epochs: number,
  seed: number,
  preprocess: "none" | "feature" = "none",
) => {
  const tried = [];
  for (const rate of rates(...method.sparse, 2)) {
    tried.push(await learn(problem, method, rate, epochs, seed, preprocess));
  }
  const best = tried.reduce((a, b) => (b.loss < a.loss ? b : a));
  return { method: method.name, ...best };
};

const run = async ({ effort, seed, log }: StudyContext) => {
  const landscapes = [];
  for (const method of methods) {
    log(`${method.name} on both landscapes`);
    landscapes.push(await explore(method, effort === "quick" ? 4 : 8));
  }
  const size = { quick: 2000, default: 6000, full: 20_000 }[effort];
  const problem = rareFeatures({ features: 300, examples: size, seed });
  const sparse = [];
  for (const method of methods) {
    log(`${method.name} on rare features`);
    sparse.push(await learnWithBestRate(problem, method, 4, seed));
  }
  const [descentMethod] = methods;
  const standardised =
    descentMethod &&
    (await learnWithBestRate(problem, { ...descentMethod, sparse: [0.01, 3] }, 4, seed, "feature"));
  const [plain, ...adaptive] = landscapes;
  const [sgd, ...adapted] = sparse;
  if (plain === undefined || sgd === undefined || standardised === undefined)
    throw new Error("gradient descent is the first method");
  const steps = (count: number) => (Number.isFinite(count) ? count : "not in 400");
  const differ = Math.max(...adaptive.map(({ difference }) => difference));
  return {
    claims: [
      {
        claim: "One learning rate for all features is a bad choice where they differ in importance",
        measured: `with its best rate gradient descent took ${plain.nice.steps} steps on the nice landscape and ${steps(plain.notAsNice.steps)} on the one that is ${curvature} times as steep along y`,
        held: plain.notAsNice.steps > 10 * plain.nice.steps,
      },
      {
        claim: "A rate per feature, from the history of its gradients, makes up for it",
        measured: `AdaGrad, RMSProp and Adam took ${adaptive.map(({ nice }) => nice.steps).join(", ")} steps on the nice landscape with their best rates and ${adaptive.map(({ notAsNice }) => steps(notAsNice.steps)).join(", ")} on the other; over all rates tried the two differed by at most ${differ} steps`,
        held: differ <= 1,
      },
      {
        claim: "Where features differ in frequency, adaptive rates learn more from the same data",
        measured: `test loss after 4 epochs, best rate of each: ${sparse.map(({ method, loss }) => `${method} ${loss.toFixed(4)}`).join(", ")}; signs of rare features' weights learned right: ${sparse.map(({ rareRight }) => `${(100 * rareRight).toFixed(0)} %`).join(", ")}`,
        held: adapted.every(({ loss }) => loss < sgd.loss),
      },
    ],
    tables: [
      {
        title: `Steps to within ${near} of the minimum, best learning rate for each landscape`,
        columns: ["method", "nice", "with rate", "not as nice", "with rate "],
        rows: landscapes.map(({ method, nice, notAsNice }) => [
          method,
          nice.steps,
          nice.learningRate,
          steps(notAsNice.steps),
          notAsNice.learningRate,
        ]),
      },
      {
        title: `Logistic regression on 300 features of frequency ½ to 1/150, ${size} examples, 4 epochs`,
        columns: ["method", "best rate", "test loss", "signs of rare weights right"],
        rows: [...sparse, { ...standardised, method: "gradient descent, features standardised" }].map(
          ({ method, learningRate, loss, rareRight }) => [
            method,
            learningRate,
            loss.toFixed(4),
            `${(100 * rareRight).toFixed(0)} %`,
          ],
        ),
      },
    ],
    figure: panels(
      [
        ...(await maps()),
        await lineChart({
          title: "Features of different frequency",
          subtitle: "test loss of logistic regression, best rate of each method",
          series: sparse.map(({ method, losses }) => ({
            name: method,
            points: losses.map((loss, epoch): Point => [epoch + 1, loss]),
            colour: methods.find(({ name }) => name === method)?.colour ?? "currentColor",
          })),
          x: { label: "epoch", format: (value) => (Number.isInteger(value) ? String(value) : "") },
          y: { label: "test loss" },
          width: 440,
          height: 460,
        }),
      ],
      { columns: 3 },
    ),
    numbers: {
      curvature,
      landscapes: landscapes.map(({ nice, notAsNice, ...rest }) => ({
        ...rest,
        nice: { steps: nice.steps, learningRate: nice.learningRate },
        notAsNice: { steps: notAsNice.steps, learningRate: notAsNice.learningRate },
      })),
      rareFeatures: sparse,
      rareFeaturesStandardised: standardised,
    },
    notes: [
      "landscapes in float64 with the rules' own graphs; logistic regression with the trainer in float32",
      "the three adaptive methods divide by the size of past gradients, coordinate by coordinate, so stretching an axis changes nothing but the effect of ε: on these landscapes, whose steep directions lie along the axes, the steps are the same",
      `dividing every feature by its standard deviation before training evens out the frequencies too: gradient descent then reaches ${standardised.loss.toFixed(4)}`,
      "in the picture gradient descent uses 0.1 and 0.0195, AdaGrad 1, RMSProp and Adam 0.1 on both landscapes",
    ],
  };
};

/** Lecture, "Motivation" and "Loss landscape" to "Adam". */
export const adaptiveLandscapes: Study = {
  name: "adaptive-landscapes",
  title: "Landscapes that want a learning rate per feature",
  section: "Loss landscape; AdaGrad, RMSProp, Adam",
  describe:
    "Follows gradient descent, AdaGrad, RMSProp and Adam through a landscape where all features are equally important and one where they are not, and trains logistic regression on features of very different frequency, each method with its best rate.",
  run,
};
