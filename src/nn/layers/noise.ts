import { check, notNegative } from "../../check.js";
import { SteepestError } from "../../errors.js";
import { requireKnown } from "../../options.js";
import { type Layer, layer } from "../layer.js";

/**
 * Adds independent noise from N(0, sd²) to every number at every training step, `x + sd·ε`; in use it is the identity.
 * In front of a network it stands for more data (Bishop 1995).
 *
 * Throws where the standard deviation is negative.
 */
export const gaussianNoise = (sd: number): Layer => {
  check("gaussianNoise", notNegative, { sd });
  return layer("gaussianNoise", (x, scope) =>
    scope.thinned && sd > 0 ? x.add(scope.normal(x.shape).mul(sd)) : x,
  );
};

export interface GaussianDropoutOptions {
  /** The keep probability of the dropout that has the same variance: in (0, 1]. @defaultValue 0.5 */
  readonly keep?: number;
}

/**
 * Multiplies every number by noise from N(1, (1 - keep)/keep) at every training step, whose mean and variance are those of dropout; in use
 * it is the identity. Srivastava et al. 2014, section 10.
 *
 * Throws where `keep` is not in (0, 1].
 */
export const gaussianDropout = (options: GaussianDropoutOptions = {}): Layer => {
  const { keep = 0.5 } = requireKnown("gaussianDropout", options, ["keep"]);
  if (!(keep > 0 && keep <= 1)) {
    throw new SteepestError(`gaussianDropout: keep must be in (0, 1], got ${keep}`);
  }
  const sd = Math.sqrt((1 - keep) / keep);
  return layer("gaussianDropout", (x, scope) =>
    scope.thinned && sd > 0 ? x.mul(scope.normal(x.shape).mul(sd).add(1)) : x,
  );
};
