import { checkOneOf } from "../../check.js";
import { SteepestError } from "../../errors.js";
import { abs, exp, log, mean, square, sum, type Tensor } from "../../graph/index.js";
import { formatShape } from "../../graph/shape.js";
import { checkedRate } from "../../optim/checked-rate.js";
import type { Rate } from "../../optim/rule.js";
import { requireKnown } from "../../options.js";
import { type Layer, layer } from "../layer.js";

/** A layer that passes activations on as they are and, while training, adds `weight · penalty` to the loss. */
const penalised = (kind: string, weight: Rate, penalty: (a: Tensor) => Tensor): Layer => {
  const strength = checkedRate(kind, "weight", weight);
  return layer(kind, (x, scope) => {
    if (x.rank < 2) {
      throw new SteepestError(
        `${kind}: expected activations of shape [batch, units, …], got ${formatShape(x.shape)}`,
      );
    }
    if (scope.mode === "train") scope.penalize(penalty(x).mul(scope.rate(strength)));
    return x;
  });
};

/** The mean over the batch of a sum over everything else. */
const perExample = (x: Tensor): Tensor => sum(mean(x, 0));

/**
 * Adds `weight · mean over the batch of Σ|a|` to the loss for the activations a that pass through: sparse activations. The weight
 * may follow a schedule. Throws where it is negative.
 */
export const activityL1 = (weight: Rate): Layer => penalised("activityL1", weight, (a) => perExample(abs(a)));

/** Adds `weight · mean over the batch of Σa²` to the loss; otherwise as `activityL1`. */
export const activityL2 = (weight: Rate): Layer =>
  penalised("activityL2", weight, (a) => perExample(square(a)));

export interface KlSparsityOptions {
  /** The share of the time that a unit should be active, in (0, 1). @defaultValue 0.05 */
  readonly rho?: number;
  /** What the penalty is multiplied with; may follow a schedule. */
  readonly weight: Rate;
  /**
   * The range of the activations: "unit" for [0, 1], as behind sigmoid; "positive" for [0, ∞), as behind relu, which are first
   * mapped to [0, 1) by `1 - e^-a`.
   *
   * @defaultValue "unit"
   */
  readonly range?: "unit" | "positive";
}

/** Mean activations enter as `floor + (1 - 2·floor)·mean`, so that units that are always off keep a finite penalty and slope. */
const floor = 1e-4;

/** The largest activation of a range; a mean outside of [0, 1] has no divergence. */
const highest = { unit: 1, positive: Number.POSITIVE_INFINITY } as const;

/**
 * KL-sparsity: adds `weight · Σⱼ KL(rho ‖ ρ̂ⱼ)` to the loss, where ρ̂ⱼ is the mean activation of unit (or channel) j over the batch and
 *
 *     KL(rho ‖ ρ̂) = rho·log(rho/ρ̂) + (1 - rho)·log((1 - rho)/(1 - ρ̂))
 *
 * Put it behind the activation function of `[batch, units, …]`. Ng 2011 ("Sparse autoencoder", CS294A) defines it for sigmoid units.
 * Srivastava et al. 2014 (table 9) use it for rectified ones without saying how; here their activations are read as rates, and
 * `1 - e^-a` is the probability that a Poisson process of rate a fires.
 *
 * Throws where rho is not inside (0, 1), the weight is negative, or what it stands behind is known to leave the range.
 */
export const klSparsity = (options: KlSparsityOptions): Layer => {
  const {
    rho = 0.05,
    weight,
    range = "unit",
  } = requireKnown("klSparsity", options, ["rho", "weight", "range"]);
  if (!(rho > 0 && rho < 1)) {
    throw new SteepestError(`klSparsity: rho is a share of the time and must lie inside (0, 1), got ${rho}`);
  }
  checkOneOf("klSparsity", "range", range, ["unit", "positive"]);
  return penalised("klSparsity", weight, (a) => {
    const { name, range: [low, high] = [0, 0] } = a.operation.definition;
    if (low < 0 || high > highest[range]) {
      throw new SteepestError(
        `klSparsity: behind ${name} activations do not stay in ${range === "unit" ? "[0, 1]" : "[0, ∞)"}; ${low < 0 ? "put it behind sigmoid() or relu()" : 'set range: "positive"'}`,
      );
    }
    const level = range === "unit" ? a : exp(a.neg()).neg().add(1);
    const others = a.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
    const active = mean(level, others)
      .mul(1 - 2 * floor)
      .add(floor);
    const cross = log(active)
      .mul(rho)
      .add(log(active.neg().add(1)).mul(1 - rho));
    const entropy = rho * Math.log(rho) + (1 - rho) * Math.log(1 - rho);
    return sum(cross.neg().add(entropy));
  });
};
