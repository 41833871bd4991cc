import { missing } from "../../missing.js";
import { type Rule, ruleForShape } from "../../optim/rule.js";
import { align, type Block, type Layout } from "../arena.js";
import type { TrainedParameter } from "./graph.js";

/** Parameters that one rule updates: they lie one behind another, and so do their gradients and each of their states. */
export interface Group {
  /** The rule for their shapes: it has no `forShape` any more. */
  readonly rule: Rule;
  readonly parameters: readonly TrainedParameter[];
  /** Where each parameter begins, in numbers from the start of a region. */
  readonly starts: readonly number[];
  /** The parameters. */
  readonly theta: Block;
  /** Their states, in the order of the rule. */
  readonly states: readonly Block[];
}

const size = ({ shape }: TrainedParameter): number => shape.reduce((a, b) => a * b, 1);

/** Splits parameters by the rule that applies to their shape. */
const byRule = (parameters: readonly TrainedParameter[]): Map<Rule, TrainedParameter[]> => {
  const groups = new Map<Rule, TrainedParameter[]>();
  for (const parameter of parameters) {
    const rule = ruleForShape(parameter.rule, parameter.shape);
    groups.set(rule, [...(groups.get(rule) ?? []), parameter]);
  }
  return groups;
};

/** Reserves regions of the arena for the parameters and states of every group. */
export const placeGroups = (layout: Layout, parameters: readonly TrainedParameter[]): Group[] =>
  [...byRule(parameters)].map(([{ forShape: _, ...rule }, members]) => {
    const starts: number[] = [];
    let count = 0;
    for (const parameter of members) {
      starts.push(count);
      count += align(size(parameter) * 4) / 4;
    }
    return {
      rule,
      parameters: members,
      starts,
      theta: layout.reserve(count),
      states: Object.keys(rule.states).map(() => layout.reserve(count)),
    };
  });

/** The place of one parameter (or of its gradient or state) within its group's region. */
export const blockOf = (region: Block, { parameters, starts }: Group, index: number): Block => {
  const start = starts[index] ?? missing();
  return { offset: region.offset + 4 * start, count: size(parameters[index] ?? missing()) };
};

/** The state that holds the average of the iterates, for rules that keep one. */
export const averageOf = ({ rule, states }: Group): Block | undefined =>
  rule.average === undefined ? undefined : states[Object.keys(rule.states).indexOf(rule.average.state)];
