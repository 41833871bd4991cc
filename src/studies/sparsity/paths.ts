import {
  crossValidate,
  type Examples,
  lambdaGrid,
  lambdaMax,
  lassoPath,
  ridgePath,
} from "../../linear/index.js";
import { missing } from "../../missing.js";
import { random } from "../../random/random.js";
import { turn } from "../shared/turn.js";
import type { StudyContext } from "../study.js";

const [N, D, USEFUL] = [80, 20, 5];

/** Regression with twenty features, of which five matter. */
const problem = (seed: number): Examples => {
  const draws = random(seed, "sparsity paths");
  const X = new Float64Array(N * D);
  draws.fillNormal(X);
  const y = Float64Array.from({ length: N }, (_, i) => {
    let sum = draws.normal();
    for (let j = 0; j < USEFUL; j++)
      sum += (X[i * D + j] ?? missing()) * (2 - j * 0.3) * (j % 2 === 0 ? 1 : -1);
    return sum;
  });
  return { X, y, n: N, d: D };
};

export interface Path {
  readonly lambdas: readonly number[];
  /** Weights for each λ. */
  readonly weights: readonly Float64Array[];
  /** Exact zeros for each λ. */
  readonly zeros: readonly number[];
}

const pathOf = (fits: readonly { readonly lambda: number; readonly weights: Float64Array }[]): Path => ({
  lambdas: fits.map(({ lambda }) => lambda),
  weights: fits.map(({ weights }) => weights),
  zeros: fits.map(({ weights }) => weights.filter((w) => w === 0).length),
});

export interface Paths {
  readonly lasso: Path;
  readonly ridge: Path;
  /** Largest difference between the weights of coordinate descent and of proximal gradient. */
  readonly disagreement: number;
  /** Whether both solvers have their exact zeros in the same places. */
  readonly sameZeros: boolean;
  readonly useful: number;
  /** The strongest λ whose cross-validated error is within one standard error of the lowest. */
  readonly chosen: number;
}

/** Lasso, by both solvers, and ridge over the same strengths. */
export const paths = async (count: number, { seed, signal }: StudyContext): Promise<Paths> => {
  const examples = problem(seed);
  const lambdas = lambdaGrid(1.2 * (await lambdaMax(examples)), { count, fraction: 1e-3 });
  const lasso = await lassoPath(examples, { lambdas });
  await turn(signal);
  const proximal = await lassoPath(examples, { lambdas, method: "proximal-gradient" });
  const pairs = lasso.flatMap(({ weights }, i) =>
    Array.from(weights, (w, j) => [w, proximal[i]?.weights[j] ?? Number.NaN] as const),
  );
  const { oneStandardError: chosen } = await crossValidate(examples, {
    lambdas,
    seed,
    path: async (part, strengths) => {
      await turn(signal);
      return lassoPath(part, { lambdas: strengths });
    },
  });
  return {
    lasso: pathOf(lasso),
    ridge: pathOf(await ridgePath(examples, { lambdas })),
    disagreement: Math.max(...pairs.map(([a, b]) => Math.abs(a - b))),
    sameZeros: pairs.every(([a, b]) => (a === 0) === (b === 0)),
    useful: USEFUL,
    chosen,
  };
};
