import type { Shape } from "../graph/index.js";
import type { Composition } from "./compositions/composition.js";
import type { Rule } from "./rule.js";

/** What the choice of a rule may depend on. */
export interface ParameterInfo {
  readonly name: string;
  /** "weight", "bias" or what else a layer says the parameter is to it. */
  readonly role: string;
  readonly shape: Shape;
}

/**
 * One rule for every parameter, or a choice by parameter. Parameters that get the same `Rule` object form one group: their
 * settings and schedules are one.
 */
export type RuleFor = Rule | ((parameter: ParameterInfo) => Rule);

/** The rule that a choice gives one parameter. */
export const ruleOf = (choice: RuleFor, parameter: ParameterInfo): Rule =>
  typeof choice === "function" ? choice(parameter) : choice;

export interface Group {
  /** Which parameters: those whose name the expression matches, or for which the function is true. */
  readonly match: RegExp | ((parameter: ParameterInfo) => boolean);
  readonly rule: Rule;
}

/**
 * Rules by group of parameters: the rule of the first group that matches, or `fallback`.
 *
 * ```ts
 * groups([{ match: /^head\./, rule: adamW({ learningRate: 1e-3 }) }], adamW({ learningRate: 1e-5 }))
 * ```
 */
export const groups =
  (list: readonly Group[], fallback: Rule) =>
  (parameter: ParameterInfo): Rule =>
    list.find(({ match }) => (match instanceof RegExp ? parameter.name.search(match) >= 0 : match(parameter)))
      ?.rule ?? fallback;

/**
 * A composition for weights only, biases and whatever else a layer learns being left out, as is usual for penalties.
 *
 * ```ts
 * onWeights(l2(1e-4), momentum({ learningRate: 0.1 }))
 * ```
 */
export const onWeights = (composition: Composition, rule: Rule) =>
  groups([{ match: ({ role }) => role === "weight", rule: composition(rule) }], rule);
