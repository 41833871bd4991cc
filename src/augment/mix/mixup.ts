import { check, positive, share as shareOf } from "../../check.js";
import { requireKnown } from "../../options.js";
import type { Mixing, MixingOptions } from "./mixing.js";

/**
 * λ·x + (1 − λ)·x′ of an example and a partner, whose classes get the shares λ and 1 − λ; λ is drawn from Beta(α, α), α = 0.2 where left out.
 *
 * Source: Zhang et al., "mixup: Beyond empirical risk minimization", 2018.
 */
export const mixup = (options: MixingOptions = {}): Mixing => {
  const { alpha = 0.2, probability = 1 } = requireKnown("mixup", options, ["alpha", "probability"]);
  check("mixup", positive, { alpha });
  check("mixup", shareOf, { probability });
  return {
    name: "mixup",
    settings: { alpha, probability },
    pictures: false,
    draw: (draws) => (draws.happens(probability) ? { share: draws.beta(alpha) } : undefined),
  };
};
