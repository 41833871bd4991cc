import { SteepestError } from "../errors.js";
import { mean } from "../statistics.js";
import { choose } from "./optimizer-race/choose.js";
import { claimsOf, lessonOf } from "./optimizer-race/claims.js";
import { contenders } from "./optimizer-race/contenders.js";
import { landscapeProblems } from "./optimizer-race/landscapes.js";
import { logisticProblem, networkProblem } from "./optimizer-race/learning.js";
import { racePicture } from "./optimizer-race/picture.js";
import { type Entry, type Problem, race } from "./optimizer-race/problem.js";
import { withDeviation } from "./optimizer-race/result-text.js";
import { images } from "./shared/images.js";
import type { Study, StudyContext } from "./study.js";

const budgets = {
  quick: { landscape: 150, logistic: 80, network: 80, draws: 2, hidden: 32, train: 1500, test: 500 },
  default: { landscape: 500, logistic: 300, network: 300, draws: 5, hidden: 128, train: 8000, test: 2000 },
  full: {
    landscape: 2000,
    logistic: 1000,
    network: 2000,
    draws: 5,
    hidden: 512,
    train: 50_000,
    test: 10_000,
  },
} as const;

/** Places on one problem: 1 for the lowest result; equal results share a place. */
const placesOf = (entries: readonly Entry[]): Map<string, number> =>
  new Map(
    entries.map(({ contender, result }) => [
      contender,
      1 + entries.filter((other) => other.result < result * (1 - 1e-6)).length,
    ]),
  );

const run = async (context: StudyContext) => {
  const { effort, seed, data, signal, log } = context;
  const budget = budgets[effort];
  const pictures = await images(context, { train: budget.train, validation: 100, test: budget.test });
  const network = data === undefined ? "digits" : "MNIST";
  const all: Problem[] = [
    ...landscapeProblems(budget.landscape),
    await logisticProblem(budget.logistic, seed),
    networkProblem(pictures, {
      name: network,
      hidden: budget.hidden,
      steps: budget.network,
      draws: budget.draws,
      seed,
    }),
  ];
  const chosen = choose("problems", all, context.settings.problems);
  const runners = choose("optimizers", contenders, context.settings.optimizers);
  const entries: Entry[] = [];
  for (const problem of chosen) {
    for (const contender of runners) {
      if (signal?.aborted || (contender.matricesOnly && problem.vectorsOnly)) continue;
      const entry = await race(problem, contender, signal).catch((error: unknown) => {
        if (signal?.aborted) return undefined;
        throw error;
      });
      if (entry !== undefined) entries.push(entry);
    }
    log(`${problem.name}: ${problem.describe}`);
  }
  const problems = chosen.filter(({ name }) => entries.some(({ problem }) => problem === name));
  if (problems.length === 0)
    throw new SteepestError(
      "optimizer-race: no run was finished: it was ended early, or the optimisers asked for do not train these problems (Muon trains matrices only)",
    );
  const places = new Map(
    problems.map(({ name }) => [name, placesOf(entries.filter(({ problem }) => problem === name))]),
  );
  const place = (contender: string, problem: string) => places.get(problem)?.get(contender);
  const meanPlace = (contender: string, among = problems) =>
    mean(among.flatMap(({ name }) => place(contender, name) ?? []));
  const names = runners.map(({ name }) => name).sort((a, b) => meanPlace(a) - meanPlace(b));
  const entryOf = (contender: string, problem: string) =>
    entries.find((entry) => entry.contender === contender && entry.problem === problem);
  return {
    learned: lessonOf(problems, entries),
    claims: claimsOf(problems, entries),
    tables: [
      {
        title: `What each reached (${problems.map(({ name, measure, steps }) => `${name}: ${measure} after ${steps} steps`).join("; ")})`,
        columns: ["optimiser", ...problems.map(({ name }) => name), "test error (%)", "mean place"],
        rows: names.map((name) => [
          name,
          ...problems.map((problem) => {
            const entry = entryOf(name, problem.name);
            return entry ? withDeviation(entry) : "–";
          }),
          entryOf(name, network)?.test?.toFixed(2) ?? "–",
          meanPlace(name).toFixed(1),
        ]),
      },
      {
        title: "The learning rate that each did best with",
        columns: ["optimiser", ...problems.map(({ name }) => name)],
        rows: names.map((name) => [
          name,
          ...problems.map((problem) => {
            const entry = entryOf(name, problem.name);
            return entry ? Number(entry.learningRate.toPrecision(2)) : "–";
          }),
        ]),
      },
    ],
    figure: await racePicture(problems, entries, names, place),
    numbers: {
      problems: problems.map(({ name, describe, convex, steps, measure }) => ({
        name,
        describe,
        convex,
        steps,
        measure,
      })),
      entries: entries.map(({ losses, ...entry }) => ({
        ...entry,
        place: place(entry.contender, entry.problem),
        losses: losses.filter((_, t) => t % Math.ceil(losses.length / 100) === 0),
      })),
    },
    notes: [
      pictures.note,
      "a difference within two standard errors is called undecided; what the lecture says of its five methods is judged among these five",
      "run by the trainer in float32; every decade of the learning rate from 10⁻⁴ to 100 was tried, then half a decade to both sides of the best; other settings are each method's defaults",
      `a rate was chosen by the number in the table: the highest value of the last tenth of the steps, the mean there for the network, whose chosen rate was then measured on ${budget.draws} other draws of initial weights and batches (mean ± standard error; the curves are of the first); constant rates throughout, which is hard on methods whose steps do not shrink by themselves (Lion)`,
      "Muon acts on matrices and sits out problems of two parameters",
    ],
  };
};

/** Lecture, "Optimization Algorithms". */
export const optimizerRace: Study = {
  name: "optimizer-race",
  title: "All optimisers against each other, each with its own best learning rate",
  section: "Optimization Algorithms: Momentum, AdaGrad, RMSProp, Adam",
  describe:
    "Runs every optimiser on a ravine, Rosenbrock's valley, a saddle, logistic regression and a network on digits (MNIST with --data), the learning rate of each tuned by a small logarithmic search on each problem, all with the same number of steps.",
  settings: {
    optimizers: "only these, such as adam,momentum",
    problems: "only these, such as ravine,logistic-regression",
  },
  run,
};
