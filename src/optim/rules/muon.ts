import { check, decayFactor, notNegative, positiveCount } from "../../check.js";
import { matmul, reshape, sqrt, squaredNorm, type Tensor, transpose } from "../../graph/index.js";
import { requireKnown } from "../../options.js";
import { checkedRate } from "../checked-rate.js";
import { weightDecay as decayed } from "../compositions/weightDecay.js";
import { type Rate, type Rule, rule } from "../rule.js";
import type { Units } from "../units.js";
import { adamW } from "./adam.js";
import { decayingAverage } from "./moments.js";

export interface MuonOptions {
  /** @defaultValue 0.02 */
  readonly learningRate?: Rate;
  /** @defaultValue 0.95 */
  readonly beta?: number;
  /** Look ahead as `nesterov` does. @defaultValue true */
  readonly nesterov?: boolean;
  /** Newton-Schulz iterations. @defaultValue 5 */
  readonly iterations?: number;
  /** λ of `weightDecay` on the matrices, half of optax's `weight_decay`. @defaultValue 0 */
  readonly weightDecay?: Rate;
  /** Whether the filters of convolutions are matrices too, a row each. @defaultValue false */
  readonly filters?: boolean;
  /** The rule for all other parameters, such as biases. @defaultValue `adamW()` */
  readonly others?: Rule;
}

/**
 * Muon: momentum whose step is replaced by the nearest matrix with orthonormal rows or columns.
 *
 *     m ← β·m + (1 - β)·g
 *     u = β·m + (1 - β)·g,  or m without `nesterov`
 *     θ ← θ - η·√max(1, outputs / inputs)·orthogonalised(u)
 *
 * for matrices θ [inputs, outputs], and with `filters` for those of convolutions, a row each, whose inputs are all that a filter sees: also of
 * transposed ones [in, out / groups, …], and of groups. Other parameters follow the rule `others`, AdamW by default. Embeddings and the last layer do better under AdamW too: choose it for them
 * with `groups`.
 *
 * Throws where the learning rate or the weight decay is negative, beta outside [0, 1), or iterations is not a positive
 * whole number.
 * Source: Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks".
 */
export const muon = (options: MuonOptions = {}): Rule => {
  const {
    learningRate = 0.02,
    beta = 0.95,
    nesterov = true,
    iterations = 5,
    weightDecay = 0,
    filters = false,
    others = adamW(),
  } = requireKnown("muon", options, [
    "learningRate",
    "beta",
    "nesterov",
    "iterations",
    "weightDecay",
    "filters",
    "others",
  ]);
  const eta = checkedRate("muon", "learningRate", learningRate);
  const lambda = checkedRate("muon", "weightDecay", weightDecay, notNegative);
  check("muon", decayFactor, { beta });
  check("muon", positiveCount, { iterations });
  const orthogonal = rule(
    "muon",
    { m: 0 },
    ({ theta, g, m, at, units }) => {
      const next = decayingAverage(m, g, beta);
      const direction = nesterov ? decayingAverage(next, g, beta) : next;
      const u = byUnits(direction, units, (matrix) => orthogonalised(matrix, iterations));
      const scale = Math.sqrt(Math.max(1, (units.slabs * units.units) / (units.outer * units.inner)));
      return { theta: theta.sub(u.mul(scale).mul(at(eta))), m: next };
    },
    { learningRate: eta },
  );
  const matrices = lambda === 0 ? orthogonal : { ...decayed(lambda)(orthogonal), name: "muon" };
  const isMatrix = (rank: number) => rank === 2 || (filters && rank > 2);
  return { ...matrices, forShape: ({ length }) => (isMatrix(length) ? matrices : others) };
};

/** What `change` makes of a parameter as a matrix with a row for each unit, or a column: to orthogonality these are the same. */
const byUnits = (
  x: Tensor,
  { slabs, outer, units, inner }: Units,
  change: (matrix: Tensor) => Tensor,
): Tensor => {
  if (x.rank === 2) return change(x);
  const rows = [slabs * units, outer * inner];
  if (outer === 1) return reshape(change(reshape(x, rows)), x.shape);
  const unitsFirst = transpose(reshape(x, [slabs, outer, units, inner]), [0, 2, 1, 3]);
  const changed = reshape(change(reshape(unitsFirst, rows)), [slabs, units, outer, inner]);
  return reshape(transpose(changed, [0, 2, 1, 3]), x.shape);
};

/** Coefficients of the odd polynomial a·σ + b·σ³ + c·σ⁵ that draws singular values to about 1 (Jordan et al. 2024). */
const [a, b, c] = [3.4445, -4.775, 2.0315];

/**
 * A matrix with the singular vectors of `x` and singular values between about 0.7 and 1.2, by the Newton-Schulz iteration
 * X ← a·X + (b·A + c·A²)·X with A = X·Xᵀ, on the orientation of `x` that makes A the smaller.
 */
const orthogonalised = (x: Tensor, iterations: number): Tensor => {
  const tall = x.size(0) > x.size(1);
  let y = tall ? transpose(x) : x;
  y = y.div(sqrt(squaredNorm(y)).add(1e-7));
  for (let i = 0; i < iterations; i++) {
    const gram = matmul(y, y, { transposeB: true });
    const polynomial = gram.mul(b).add(matmul(gram, gram).mul(c));
    y = y.mul(a).add(matmul(polynomial, y));
  }
  return tall ? transpose(y) : y;
};
