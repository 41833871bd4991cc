import { check, positive } from "../check.js";
import { greater, maximum, minimum, scalar, sqrt, squaredNorm, type Tensor, where } from "../graph/index.js";
import { checkedRate } from "./checked-rate.js";
import { type Composition, learningRateOf, onStep } from "./compositions/composition.js";
import { ontoL1Ball } from "./l1-ball.js";
import { type Rate, type Rule, rateAt, type UpdateInputs } from "./rule.js";

/**
 * How the incoming weights of units are scaled after an update: a factor for each, computed by elementwise operators from the Euclidean
 * norms of their weights, and from rates by `at`.
 */
export type UnitScaling = (inputs: { readonly norm: Tensor } & Pick<UpdateInputs, "at">) => Tensor;

/** What becomes of a parameter after an update, in the language of rules. */
export type ValueProjection = (inputs: Pick<UpdateInputs, "theta" | "at">) => Tensor;

/** A set that parameters are brought back to after every update, or a proximal step that is made then. */
export interface Constraint {
  readonly name: string;
  /**
   * "rule": part of the update rule, in the same pass over memory. "units": scales the incoming weights of each unit (a column of a
   * weight matrix `[in, out]`, a row of one that products take transposed, a filter of a convolution, `w[k]` of `[out, in, …]`, or `w[:, k]` of a
   * transposed one `[in, out, …]`) by a factor that depends on their norm. "values": any projection of all values of one parameter, in passes of its own.
   */
  readonly acts:
    | { readonly kind: "rule"; readonly compose: Composition }
    | { readonly kind: "units"; readonly scaling: (rule: Rule) => UnitScaling }
    | { readonly kind: "values"; readonly project: ValueProjection };
}

/**
 * Max-norm regularisation: after each update the incoming weights w of every unit are projected onto the ball ‖w‖₂ ≤ limit.
 * Biases are left alone. Lecture, "Max-Norm regularization"; Srivastava et al. 2014, who use limits of 2 to 4.
 *
 * Throws where the limit is not a positive number.
 */
export const maxNorm = (limit: number): Constraint => {
  check("maxNorm", positive, { limit });
  const scaling: UnitScaling = ({ norm }) => minimum(scalar(limit).div(norm), 1);
  return { name: `maxNorm(${limit})`, acts: { kind: "units", scaling: () => scaling } };
};

/** After each update the incoming weights w of every unit are scaled to ‖w‖₂ = 1. A unit whose weights are all zero stays so. */
export const unitNorm = (): Constraint => {
  const scaling: UnitScaling = ({ norm }) => where(greater(norm, 0), scalar(1).div(norm), scalar(1));
  return { name: "unitNorm", acts: { kind: "units", scaling: () => scaling } };
};

/** After each update negative weights become 0. */
export const nonNegative = (): Constraint => ({
  name: "nonNegative",
  acts: {
    kind: "rule",
    compose: onStep("nonNegative", {}, ({ next }) => ({ theta: maximum(next, 0) })),
  },
});

/**
 * After each update a parameter θ is projected onto the ball ‖θ‖₂ ≤ radius: the constrained form of `l2`. All of its weights
 * count together; `maxNorm` limits each unit. Lecture, "Regularization".
 *
 * Throws where the radius is not positive.
 */
export const l2Ball = (radius: number): Constraint => {
  check("l2Ball", positive, { radius });
  const name = `l2Ball(${radius})`;
  const compose = onStep(name, {}, ({ next }) => ({
    theta: next.mul(minimum(scalar(radius).div(sqrt(squaredNorm(next))), 1)),
  }));
  return { name, acts: { kind: "rule", compose } };
};

/**
 * After each update a parameter θ is projected onto the ball ‖θ‖₁ ≤ radius, which makes small weights exactly 0: the constrained
 * form of `l1`. Lecture, "ℓ1 Regularization Produces Sparse Solutions"; Duchi et al. 2008.
 *
 * Throws where the radius is not positive.
 */
export const l1Ball = (radius: number): Constraint => {
  check("l1Ball", positive, { radius });
  return {
    name: `l1Ball(${radius})`,
    acts: { kind: "values", project: ({ theta }) => ontoL1Ball(theta, radius) },
  };
};

/**
 * The penalty λ·Σⱼ‖wⱼ‖₂ over the incoming weights wⱼ of each unit through its proximal step, which switches off whole units:
 *
 *     wⱼ ← wⱼ·max(0, 1 - η·λ/‖wⱼ‖),   η being the rule's learning rate
 *
 * Throws where lambda is negative, or, when training begins, where the rule does not tell its learning rate.
 * Source: Yuan & Lin 2006; the step: Parikh & Boyd 2014, section 6.5.4.
 */
export const groupLasso = (lambda: Rate): Constraint => {
  const strength = checkedRate("groupLasso", "lambda", lambda);
  return {
    name: "groupLasso",
    acts: {
      kind: "units",
      scaling: (rule) => {
        const eta = learningRateOf("groupLasso", rule);
        const product: Rate = (time) => rateAt(eta, time) * rateAt(strength, time);
        return ({ norm, at }) => {
          const threshold = at(product);
          return where(greater(norm, threshold), scalar(1).sub(threshold.div(norm)), scalar(0));
        };
      },
    },
  };
};
