import {
  crossValidate,
  type Examples,
  meanSquaredResidual,
  type PathFit,
  ridgePath,
} from "../../linear/index.js";
import { expectedError } from "../shared/quadratic.js";
import { turn } from "../shared/turn.js";

export interface Along {
  /** The fit for each strength. */
  readonly path: readonly PathFit[];
  readonly train: readonly number[];
  /** Expected squared error of a new example. */
  readonly test: readonly number[];
  /** The strength that 7-fold cross-validation chooses. */
  readonly chosen: number;
}

/** Ridge on points of the quadratic, for growing strengths. */
export const ridgeAlong = async (
  examples: Examples,
  lambdas: readonly number[],
  { seed, signal }: { readonly seed: number; readonly signal?: AbortSignal | undefined },
): Promise<Along> => {
  const path = await ridgePath(examples, { lambdas });
  const { best } = await crossValidate(examples, {
    lambdas,
    k: 7,
    seed,
    path: async (part, strengths) => {
      await turn(signal);
      return ridgePath(part, { lambdas: strengths });
    },
  });
  return {
    path,
    train: path.map((fit) => meanSquaredResidual(fit, examples)),
    test: path.map(expectedError),
    chosen: best,
  };
};
