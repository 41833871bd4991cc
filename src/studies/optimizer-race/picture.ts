import { type Figure, heatmap, lineChart, type Point, panels } from "../../figures/index.js";
import { missing } from "../../missing.js";
import type { Entry, Problem } from "./problem.js";

const colours: Readonly<Record<string, string>> = {
  "gradient descent": "#0072B2",
  momentum: "#D55E00",
  AdaGrad: "#009E73",
  RMSProp: "#CC79A7",
  Adam: "#E69F00",
};
const others = "#c9ced3";

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
  // Those in grey first, so that the lecture's lie over them.
  const sorted = [...own].sort((a, b) => Number(a.contender in colours) - Number(b.contender in colours));
  return lineChart({
    title: problem.name,
    subtitle: problem.describe,
    series: sorted.map(({ contender, losses }) => ({
      name: contender,
      points: smooth(losses, noisy),
      colour: colours[contender] ?? others,
      dots: false,
    })),
    x: { label: "step" },
    y: { label: noisy ? "training loss (running mean)" : `lowest ${problem.measure} so far`, type: "log" },
    names: "none",
    width: 450,
    height: 400,
  });
};

/** A number as the cell of a table: 3e-8, 0.21, ∞ where it diverged. */
export const resultText = (result: number): string => {
  if (!Number.isFinite(result)) return "∞";
  return result !== 0 && result < 0.01 ? result.toExponential(0) : String(Number(result.toPrecision(3)));
};

/** 0.21 ± 0.003, where the result is a mean. */
export const withDeviation = ({ result, deviation }: Entry): string =>
  deviation === undefined || !Number.isFinite(result)
    ? resultText(result)
    : `${resultText(result)} ± ${Number(deviation.toPrecision(1))}`;

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
      const entry = entryOf(names[row] ?? "", problems[column]?.name ?? "");
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
  const legend = [
    ...Object.entries(colours).map(([name, colour]) => ({ name, colour })),
    { name: "the others", colour: others },
  ];
  return panels([...charts, await scoreboard(problems, names, place, entryOf)], {
    title: "Every optimiser with its own best learning rate, the same number of steps",
    columns: 3,
    legend,
  });
};
