import type { Definition } from "../../parts/definition.js";
import type { Result } from "./compute.js";
import { fields, type State, weakest } from "./state.js";

const formulas: Readonly<Record<State["truth"], string>> = {
  quadratic: "-0.5 + 0.5 * x + 1.5 * x * x",
  kink: "2 * Math.abs(x - 0.3)",
  wave: "Math.sin(5 * x)",
};

export const definition: Definition<State, Result> = {
  name: "learning-error",
  key: "le",
  title: "Learning and approximation error",
  fields,
  // Another sample, or another truth, takes the reader's own points away.
  follow: (part) => ("own" in part || "degree" in part || "lambda" in part ? {} : { own: [] }),
  tries: [
    {
      title: "d = 1",
      look: "a line cannot follow the truth whatever the points: the fits to other samples agree, and are wrong together",
      state: { degree: 1 },
    },
    {
      title: "d = 2",
      look: "the true degree: the fits lie around the truth, and the test error is least",
      state: { degree: 2 },
    },
    {
      title: "d = 20",
      look: "a polynomial through all 21 points: no training error, and every sample gives another curve",
      state: { degree: 20 },
    },
    {
      title: "d = 20 with a penalty",
      look: "a little ridge takes most of the learning error away",
      state: { degree: 20, lambda: 0.01 },
    },
    {
      title: "more points",
      look: "with 40 points degree 12 is hardly worse than degree 2: the learning error falls as √(complexity/n)",
      state: { n: 40 },
    },
    {
      title: "a truth with a kink",
      look: "no polynomial is the truth: the approximation error falls with d and never ends",
      state: { truth: "kink", degree: 5 },
    },
  ],
  tables: ({ train, test, learning, approximation, points, x, truth, fit, best, mean }) => [
    {
      title: "Along the degree",
      columns: ["d", "training error", "test error (expected)", "learning error²", "approximation error²"],
      rows: train.map((value, d) => [d, value, test[d] ?? "", learning[d] ?? "", approximation[d] ?? ""]),
    },
    { title: "The points", columns: ["x", "y"], rows: points.map((point) => [...point]) },
    {
      title: "Curves",
      columns: ["x", "truth", "fit", "f*, the best of the class", "mean of the fits to other samples"],
      rows: x.map((at, i) => [at, truth[i] ?? "", fit[i] ?? "", best[i] ?? "", mean[i] ?? ""]),
    },
  ],
  code: ({ truth, noise, degree, lambda }, { points }) => `import { linearModels } from "steepest";

const truth = (x) => ${formulas[truth]};
const points = ${JSON.stringify(points)};
const [x, y] = [0, 1].map((k) => Float64Array.from(points, (point) => point[k]));
const grid = Float64Array.from({ length: 201 }, (_, i) => -1 + i / 100);
const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
/** Ridge on [x, x^2, …, x^d]${lambda <= weakest ? ", with as good as no penalty" : ""}; of degree 0 the mean. */
const errors = async (degree) => {
  let curve = (at) => at.map(() => mean([...y]));
  if (degree > 0) {
    const { X, n, d } = linearModels.polynomialFeatures(x, degree, { constant: false });
    const { weights, intercept } = await linearModels.ridge({ X, y, n, d }, { lambda: ${lambda} });
    curve = (at) => at.map((value) => weights.reduceRight((sum, w) => (sum + w) * value, 0) + intercept);
  }
  const squared = (a, b) => mean([...a.map((value, i) => (value - b[i]) ** 2)]);
  return { train: squared(curve(x), y), test: ${noise} ** 2 + squared(curve(grid), grid.map(truth)) };
};
console.log(JSON.stringify(await errors(${degree})));
`,
};
