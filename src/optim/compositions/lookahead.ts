import { check, positiveCount, share } from "../../check.js";
import { requireKnown } from "../../options.js";
import type { Schedule } from "../rule.js";
import { type Composition, onStep } from "./composition.js";

export interface LookaheadOptions {
  /** Steps of the rule between two moves of the slow weights. @defaultValue 5 */
  readonly every?: number;
  /** How far the slow weights follow the fast ones. @defaultValue 0.5 */
  readonly alpha?: number;
}

/**
 * Lookahead: every k steps of the rule, slow weights move a share of the way to where it has come, and it goes on from there.
 *
 *     slow ← slow + α·(θ - slow),   θ ← slow      at every k-th step; the state "slow" starts at the initial parameter
 *
 * Throws where `every` is not a positive whole number, alpha is outside [0, 1], or it is applied twice.
 * Source: Zhang et al. 2019, "Lookahead optimizer: k steps forward, 1 step back".
 */
export const lookahead = (options: LookaheadOptions = {}): Composition => {
  const { every = 5, alpha = 0.5 } = requireKnown("lookahead", options, ["every", "alpha"]);
  check("lookahead", positiveCount, { every });
  check("lookahead", share, { alpha });
  const synchronise: Schedule = ({ step }) => ((step + 1) % every === 0 ? 1 : 0);
  const goOn: Schedule = (time) => 1 - synchronise(time);
  return onStep("lookahead", { slow: "theta" }, ({ next, slow, at }) => {
    const moved = slow.add(next.sub(slow).mul(at((time) => alpha * synchronise(time))));
    return { theta: next.mul(at(goOn)).add(moved.mul(at(synchronise))), slow: moved };
  });
};
