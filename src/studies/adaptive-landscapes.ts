import { contourMap, type Figure, lineChart, type Point, panels } from "../figures/index.js";
import { rmsProp } from "../optim/index.js";
import { mean } from "../statistics.js";
import { quadraticObjective, walk } from "../theory/index.js";
import { EPOCHS, gain, learnWithBestRates } from "./adaptive-landscapes/learning.js";
import { type Method, methods, rates } from "./adaptive-landscapes/methods.js";
import { rareFeatures } from "./rare-features.js";
import { judged, positive } from "./shared/verdict.js";
import type { Study, StudyContext } from "./study.js";

/** How much steeper "not as nice" is along y than along x. */
const curvature = 100;
/** A walk has arrived within this distance of the minimum. */
const near = 0.05;
const start = [-2, 1.6] as const;

/** Follows a method down ½(x² + c·y²) from the start until it is near the minimum, or for 400 steps. */
const wayDown = async (c: number, method: Method, learningRate: number, signal?: AbortSignal) => {
  const bowl = quadraticObjective(
    { rows: 2, columns: 2, values: Float64Array.of(1, 0, 0, c) },
    new Float64Array(2),
  );
  const { points, diverged } = await walk(bowl, method.make({ learningRate }), {
    start: Float64Array.from(start),
    steps: 400,
    until: (_value, w) => Math.hypot(...w) < near,
    signal,
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
const explore = async (method: Method, perDecade: number, signal: AbortSignal | undefined) => {
  const nice: Way[] = [];
  const notAsNice: Way[] = [];
  for (const rate of rates(0.01, 10, perDecade)) {
    nice.push(await wayDown(1, method, rate, signal));
    notAsNice.push(await wayDown(curvature, method, rate, signal));
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
      // AdaGrad's way lies close to RMSProp's: broken, and over it, both show.
      paths: await Promise.all(
        [
          ...methods.filter(({ name }) => name !== "AdaGrad"),
          ...methods.filter(({ name }) => name === "AdaGrad"),
        ].map(async (method) => ({
          name: method.name,
          points: (await wayDown(c, method, method.drawn[rate])).points,
          colour: method.colour,
          ...(method.name === "AdaGrad" && { dash: "dashed" as const }),
        })),
      ),
      x: { label: "x" },
      y: { label: "y" },
      stars: [[0, 0]],
      spacing: "log",
      width: 440,
      height: 460,
    });
  return [await map("Nice", 1, "nice"), await map("Not as nice", curvature, "notAsNice")];
};

const run = async ({ effort, seed, log, signal }: StudyContext) => {
  const perDecade = effort === "quick" ? 4 : 8;
  const landscapes = [];
  for (const method of methods) {
    log(`${method.name} on both landscapes`);
    landscapes.push(await explore(method, perDecade, signal));
  }
  const size = { quick: 1000, default: 6000, full: 20_000 }[effort];
  const count = { quick: 2, default: 10, full: 20 }[effort];
  const problems = Array.from({ length: count }, (_, trial) =>
    rareFeatures({ features: 300, examples: size, seed, trial }),
  );
  const sparse = [];
  for (const method of methods) {
    log(`${method.name} on rare features`);
    sparse.push(await learnWithBestRates(problems, { name: method.name, method, seed, signal }));
  }
  const [descentMethod] = methods;
  const standardised =
    descentMethod &&
    (await learnWithBestRates(problems, {
      name: "gradient descent, features standardised",
      method: { ...descentMethod, sparse: [0.01, 3] },
      seed,
      signal,
      preprocess: "feature",
    }));
  const forgetful = methods.find(({ name }) => name === "RMSProp");
  const longer =
    forgetful &&
    (await learnWithBestRates(problems, {
      name: "RMSProp, β = 0.999",
      method: { ...forgetful, make: (options) => rmsProp({ ...options, beta: 0.999 }) },
      seed,
      signal,
    }));
  const [plain, ...adaptive] = landscapes;
  const [sgd, ...adapted] = sparse;
  if (plain === undefined || sgd === undefined || standardised === undefined || longer === undefined)
    throw new Error("gradient descent is the first method");
  const gains = adapted.map((each) => ({ method: each.method, ...gain(sgd, each) }));
  const steps = (taken: number) => (Number.isFinite(taken) ? taken : "not in 400");
  const differ = Math.max(...adaptive.map(({ difference }) => difference));
  return {
    learned: `Where one direction is ${curvature} times as steep as the other, gradient descent went from ${plain.nice.steps} to ${steps(plain.notAsNice.steps)} steps; AdaGrad, RMSProp and Adam took as many as before.`,
    claims: [
      {
        claim: "One learning rate for all features is a bad choice where they differ in importance",
        measured: `with its best rate gradient descent took ${plain.nice.steps} steps on the nice landscape and ${steps(plain.notAsNice.steps)} on the one that is ${curvature} times as steep along y`,
        verdict: judged(plain.notAsNice.steps > 10 * plain.nice.steps),
      },
      {
        claim: "A rate per feature, from the history of its gradients, makes up for it",
        measured: `AdaGrad, RMSProp and Adam took ${adaptive.map(({ nice }) => nice.steps).join(", ")} steps on the nice landscape with their best rates and ${adaptive.map(({ notAsNice }) => steps(notAsNice.steps)).join(", ")} on the other; over all rates tried the two differed by at most ${differ} steps`,
        verdict: judged(
          differ <= 1 && adaptive.every(({ notAsNice }) => notAsNice.steps < plain.notAsNice.steps / 2),
        ),
      },
      ...gains.map(({ method, mean: lower, error }) => ({
        claim: `Where features differ in frequency, a rate for each learns more from the same data: ${method}`,
        measured: `test loss after ${EPOCHS} epochs, mean of ${count} problems: ${(mean(sgd.testLosses) - lower).toFixed(4)} with ${method}, ${mean(sgd.testLosses).toFixed(4)} with gradient descent; lower by ${lower.toFixed(4)}, standard error ${error.toFixed(4)}`,
        verdict: positive(lower, error),
      })),
    ],
    tables: [
      {
        title: `Steps to within ${near} of the minimum, best learning rate for each landscape`,
        columns: ["method", "nice", "rate if nice", "not as nice", "rate if not"],
        rows: landscapes.map(({ method, nice, notAsNice }) => [
          method,
          nice.steps,
          nice.learningRate,
          steps(notAsNice.steps),
          notAsNice.learningRate,
        ]),
      },
      {
        title: `Logistic regression on 300 features of frequency ½ to 1/150, ${size} examples, ${EPOCHS} epochs; mean of ${count} problems`,
        columns: ["method", "rates chosen", "test loss", "signs of rare weights right"],
        rows: [...sparse, longer, standardised].map(({ method, rates: chosen, testLosses, rareRight }) => [
          method,
          [...new Set(chosen)].sort((a, b) => a - b).join(", "),
          mean(testLosses).toFixed(4),
          `${(100 * rareRight).toFixed(0)} %`,
        ]),
      },
    ],
    figure: panels(
      [
        ...(await maps()),
        await lineChart({
          title: "Features of different frequency",
          subtitle: `logistic regression, best rate of each, mean of ${count}`,
          series: sparse.map(({ method, losses }) => ({
            name: method,
            points: losses.map((loss, epoch): Point => [epoch + 1, loss]),
            colour: methods.find(({ name }) => name === method)?.colour ?? "currentColor",
          })),
          x: { label: "epoch", whole: true },
          y: { label: "validation loss" },
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
      gains,
      rareFeaturesStandardised: standardised,
      rareFeaturesLongerMemory: longer,
    },
    notes: [
      "landscapes in float64 with the rules' own graphs; logistic regression with the trainer in float32",
      "the three adaptive methods divide by the size of past gradients, coordinate by coordinate, so stretching an axis changes nothing but the effect of ε: on these landscapes, whose steep directions lie along the axes, the steps are the same",
      `dividing every feature by its standard deviation before training evens out the frequencies too: gradient descent then reaches ${mean(standardised.testLosses).toFixed(4)}`,
      "the rate of each method on each problem is the one with the lowest loss on validation examples at the end; test examples are looked at once",
      `steps are counted until a method first comes that near; ${rates(0.01, 10, perDecade).length} rates from 0.01 to 10 were tried on each landscape`,
      `RMSProp with β = 0.9 looks back about ten batches: a feature rarer than that meets a nearly empty average and moves by about η/√(1 − β) whenever it appears, however often it was seen. AdaGrad's sum forgets nothing, Adam's average reaches back a thousand batches; with β = 0.999 RMSProp comes to ${mean(longer.testLosses).toFixed(4)}`,
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
    "Follows gradient descent, AdaGrad, RMSProp and Adam through a landscape where all features are equally important and one where they are not, and trains logistic regression on features of very different frequency, each method with its best rate, on several random problems.",
  run,
};
