import { SteepestError } from "../../errors.js";
import type { Rule } from "../rule.js";
import type { Composition } from "./composition.js";

/**
 * One rule from a list that reads in the order in which things happen: what changes the gradient, the rule, what changes
 * the parameter after its step.
 *
 * ```ts
 * chain(clipByValue(1), l2(1e-4), momentum({ learningRate: 0.1 }), l1(1e-5), ema({ decay: 0.999 }))
 * ```
 *
 * Throws unless the list holds exactly one rule with everything on its proper side.
 */
export const chain = (...parts: readonly (Rule | Composition)[]): Rule => {
  const rules = parts.filter(isRule);
  const [core] = rules;
  if (core === undefined || rules.length > 1) {
    throw new SteepestError(
      `chain: expected exactly one rule among compositions, got ${rules.length === 0 ? "none" : rules.map((rule) => rule.name).join(", ")}`,
    );
  }
  const place = parts.indexOf(core);
  const on = (side: readonly (Rule | Composition)[], acts: Composition["acts"]) =>
    side.map((part) => {
      if (isRule(part) || part.acts !== acts) {
        throw new SteepestError(
          acts === "before"
            ? `chain: a composition that acts after the step stands before the rule ${core.name}; list it after the rule`
            : `chain: a composition that acts on the gradient stands after the rule ${core.name}; list it before the rule`,
        );
      }
      return part;
    });
  const before = on(parts.slice(0, place), "before").reverse();
  const after = on(parts.slice(place + 1), "after");
  return [...before, ...after].reduce((rule, compose) => compose(rule), core);
};

const isRule = (part: Rule | Composition): part is Rule => typeof part !== "function";
