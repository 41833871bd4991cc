import {
  aside,
  type Dash,
  type Figure,
  heatmap,
  lineChart,
  meaning,
  type Point,
  panels,
} from "../../figures/index.js";
import { missing } from "../../missing.js";
import type { Entry, Problem } from "./problem.js";
import { resultText } from "./result-text.js";

interface Style {
  readonly colour: string;
  readonly dash?: Dash;
}

/** The lecture's rules unbroken, each in its own colour; a variant has the colour of the rule that it varies, and a dash. */
const styles: Readonly<Record<string, Style>> = {
  "gradient descent": { colour: meaning.gradientDescent },
  momentum: { colour: meaning.momentum },
  AdaGrad: { colour: meaning.adaGrad },
  RMSProp: { colour: meaning.rmsProp },
  Adam: { colour: meaning.adam },
  Nesterov: { colour: meaning.momentum, dash: "dashed" },
  LARS: { colour: meaning.momentum, dash: "dotted" },
  Adadelta: { colour: meaning.adaGrad, dash: "dashed" },
  "RMSProp with momentum": { colour: meaning.rmsProp, dash: "dashed" },
  AdaMax: { colour: meaning.adam, dash: "dashed" },
  NAdam: { colour: meaning.adam, dash: "dotted" },
  AMSGrad: { colour: meaning.adam, dash: "dash-dot" },
  AdamW: { colour: meaning.adam, dash: "long" },
  LAMB: { colour: aside, dash: "dotted" },
  Lion: { colour: aside, dash: "dash-dot" },
  Muon: { colour: aside, dash: "long" },
};

/** How a contender is drawn on every problem. */
export const styleOf = (contender: string): Style => styles[contender] ?? missing();

/** A running mean for losses of random batches, else the lowest loss so far: curves that can be told apart. */
const smooth = (losses: readonly number[], noisy: boolean): Point[] => {
  let held = losses[0] ?? missing();
  return losses.map((loss, t) => {
    held = noisy ? 0.9 * held + 0.1 * loss : Math.min(held, loss);
    return [t, held];
  });
};

/** Loss against the step for every contender with its best rate. */
const chart = (problem: Problem, entries: readonly Entry[]): Promise<Figure> => {
  const own = entries.filter((entry) => entry.problem === problem.name && entry.losses.length > 0);
  const noisy = problem.measure.startsWith("training");
  return lineChart({
    title: problem.name,
    subtitle: problem.describe,
    series: own.map(({ contender, losses }) => ({
      name: contender,
      points: smooth(losses, noisy),
      ...styleOf(contender),
      dots: false,
    })),
    x: { label: "step" },
    y: { label: noisy ? "training loss (running mean)" : `lowest ${problem.measure} so far`, type: "log" },
    names: "none",
    width: 450,
    height: 400,
  });
};

/** All contenders on all problems: the number is the result, the colour the place on the problem. */
const scoreboard = (
  problems: readonly Problem[],
  names: readonly string[],
  place: (contender: string, problem: string) => number | undefined,
  entryOf: (contender: string, problem: string) => Entry | undefined,
): Promise<Figure> =>
  heatmap({
    title: "What each reached, and its place",
    subtitle: "dark: among the first on this problem; the best mean place at the top",
    values: names.map((name) => problems.map((problem) => -(place(name, problem.name) ?? Number.NaN))),
    rows: names,
    columns: problems.map(({ name }) => name.replace(" regression", "")),
    format: (_value, row, column) => {
      const entry = entryOf(names[row] ?? missing(), (problems[column] ?? missing()).name);
      return entry ? resultText(entry.result) : "–";
    },
    width: 500,
    height: Math.max(300, 110 + 18 * names.length),
  });

/** Curves for each problem and the table of all results. */
export const racePicture = async (
  problems: readonly Problem[],
  entries: readonly Entry[],
  names: readonly string[],
  place: (contender: string, problem: string) => number | undefined,
): Promise<Figure> => {
  const entryOf = (contender: string, problem: string) =>
    entries.find((entry) => entry.contender === contender && entry.problem === problem);
  const charts = await Promise.all(problems.map((problem) => chart(problem, entries)));
  const legend = Object.keys(styles)
    .filter((name) => names.includes(name))
    .map((name) => ({ name, ...styleOf(name) }));
  return panels([...charts, await scoreboard(problems, names, place, entryOf)], {
    title: "Every optimiser with its own best learning rate, the same number of steps",
    columns: 3,
    legend,
  });
};
