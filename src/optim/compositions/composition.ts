import { SteepestError } from "../../errors.js";
import type { Shape, Tensor } from "../../graph/index.js";
import { type Rate, type Rule, type RuleInputs, ruleForShape, type States } from "../rule.js";

/**
 * A rule made from a rule, to be chained: those that act "before" change the gradient that the rule sees, those that act
 * "after" change the parameter that it computed. The whole remains one graph, so that elementwise compositions of
 * elementwise rules still take one pass over memory.
 */
export interface Composition {
  (rule: Rule): Rule;
  readonly acts: "before" | "after";
}

/** What a composition returns: its own states after the update, and the gradient or the parameter. */
type Changed<Own extends string> = { readonly [name in Own]: Tensor };

/**
 * A composition that gives the rule another gradient: `change` sees the parameter, the gradient and its own states.
 *
 * ```ts
 * const l2 = (lambda: number) => onGradient("l2", {}, ({ theta, g }) => ({ g: g.add(theta.mul(2 * lambda)) }));
 * ```
 */
export const onGradient = <Own extends string = never>(
  name: string,
  states: States<Own>,
  change: (inputs: RuleInputs<Own>) => Changed<Own | "g">,
): Composition =>
  composition("before", (rule) => ({
    ...rule,
    name: `${name}(${rule.name})`,
    states: joined(name, rule, states),
    update: ({ states, ...inputs }) => {
      const { g, ...own } = change({ ...states, ...inputs } as RuleInputs<Own>);
      const next = rule.update({ ...inputs, g, states });
      return { theta: next.theta, states: { ...next.states, ...own } };
    },
  }));

/**
 * A composition that changes the outcome of the rule: `change` sees the parameter as it was (`theta`), as the rule would
 * leave it (`next`), its own states and the rule itself.
 *
 * ```ts
 * const weightDecay = (lambda: number) => onStep("weightDecay", {}, ({ theta, next, at, rule }) => ({
 *   theta: next.sub(theta.mul(at(scaleRate(learningRateOf("weightDecay", rule), 2 * lambda)))),
 * }));
 * ```
 */
export const onStep = <Own extends string = never>(
  name: string,
  states: States<Own>,
  change: (
    inputs: RuleInputs<Own> & { readonly next: Tensor; readonly rule: Rule },
  ) => Changed<Own | "theta">,
): Composition =>
  composition("after", (rule) => ({
    ...rule,
    name: `${name}(${rule.name})`,
    states: joined(name, rule, states),
    update: ({ states, ...inputs }) => {
      const inner = rule.update({ ...inputs, states });
      const all = { ...states, ...inputs, next: inner.theta, rule };
      const { theta, ...own } = change(all as RuleInputs<Own> & { next: Tensor; rule: Rule });
      return { theta, states: { ...inner.states, ...own } };
    },
  }));

/** A composition from what it does to a rule; it reaches the rules chosen by shape too, where equal rules stay one object. */
export const composition = (acts: Composition["acts"], wrap: (rule: Rule) => Rule): Composition => {
  const compose = (rule: Rule): Rule => {
    if (!rule.forShape) return wrap(rule);
    const composed = new Map<Rule, Rule>();
    const forShape = (shape: Shape): Rule => {
      const chosen = ruleForShape(rule, shape);
      const { forShape: _, ...inner } = chosen;
      const outer = composed.get(chosen) ?? wrap(inner);
      composed.set(chosen, outer);
      return outer;
    };
    return { ...wrap(rule), forShape };
  };
  return Object.assign(compose, { acts });
};

/** The rate of a rule's step. Throws, naming the composition that needs it, where the rule does not tell. */
export const learningRateOf = (composition: string, rule: Rule): Rate => {
  if (rule.learningRate === undefined) {
    throw new SteepestError(
      `${composition}: the rule ${rule.name} does not tell its learning rate; define it with rule(name, states, update, { learningRate })`,
    );
  }
  return rule.learningRate;
};

const joined = (name: string, rule: Rule, own: States): States => {
  for (const state of Object.keys(own)) {
    if (state in rule.states) {
      throw new SteepestError(
        `${name}: the rule ${rule.name} already has a state "${state}"; only one part of a rule can keep it`,
      );
    }
  }
  return { ...rule.states, ...own };
};
