import { SteepestError } from "../errors.js";
import type { Shape } from "../graph/index.js";
import { called, requireKnown } from "../options.js";
import type { Composition } from "./compositions/composition.js";
import { isRule, type Rule } from "./rule.js";
import { type Match, matches, matching } from "./select.js";

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
export type RuleFor = Rule | RuleChoice;

/** The rule of each parameter. */
export interface RuleChoice {
  (parameter: ParameterInfo): Rule;
  /** What the choice goes by; each has to be for some parameter. */
  readonly groups?: readonly Group[];
}

/** Throws where a group of the choice is for none of the parameters: a name misspelt, most likely. */
export const requireGroupsUsed = (choice: RuleFor, parameters: readonly ParameterInfo[]): void => {
  if (typeof choice !== "function") return;
  for (const { match } of choice.groups ?? []) matching("groups", match, parameters);
};

/** The rule that a choice gives one parameter. Throws where it gives none, as plain JavaScript allows. */
export const ruleOf = (choice: RuleFor, parameter: ParameterInfo): Rule => {
  if (typeof choice === "function" && "acts" in choice) {
    throw new SteepestError(
      "optimizer: expected an update rule such as adam(), got a composition; apply it to a rule, as in l2(1e-4)(adam())",
    );
  }
  const rule: unknown =
    typeof choice === "function" ? called("optimizer", choice, () => choice(parameter)) : choice;
  if (isRule(rule)) return rule;
  const got = typeof rule === "string" ? JSON.stringify(rule) : String(rule);
  throw new SteepestError(
    `optimizer: expected an update rule such as adam() for ${parameter.name}, got ${got}`,
  );
};

export interface Group {
  /** Which parameters. */
  readonly match: Match;
  readonly rule: Rule;
}

/**
 * Rules by group of parameters: the rule of the first group that matches, or `fallback`. `fit` refuses a group that matches none.
 *
 * ```ts
 * groups([{ match: /^head\./, rule: adamW({ learningRate: 1e-3 }) }], adamW({ learningRate: 1e-5 }))
 * ```
 */
export const groups = (list: readonly Group[], fallback: Rule): RuleChoice => {
  for (const [i, group] of list.entries()) requireKnown(`groups: group ${i}`, group, ["match", "rule"]);
  return Object.assign(
    (parameter: ParameterInfo): Rule => list.find(({ match }) => matches(match, parameter))?.rule ?? fallback,
    { groups: list },
  );
};

/**
 * A composition for weights only, biases and whatever else a layer learns being left out, as is usual for penalties.
 *
 * ```ts
 * onWeights(l2(1e-4), momentum({ learningRate: 0.1 }))
 * ```
 */
export const onWeights = (composition: Composition, rule: Rule) =>
  groups([{ match: ({ role }) => role === "weight", rule: composition(rule) }], rule);
