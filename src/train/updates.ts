import type { Projection } from "../engine/training/graph.js";
import { SteepestError } from "../errors.js";
import type { Parameter } from "../nn/model.js";
import type { Composition } from "../optim/compositions/composition.js";
import type { Constraint } from "../optim/constraints.js";
import { type RuleFor, requireGroupsUsed, ruleOf } from "../optim/groups.js";
import { type Rule, ruleForShape } from "../optim/rule.js";
import { adam } from "../optim/rules/adam.js";
import { assign, type OneOrMore } from "../optim/select.js";

/** How parameters are updated. */
export interface UpdateOptions {
  /** Update rule, or a rule for each parameter. @defaultValue `adam()` */
  readonly optimizer?: RuleFor;
  /** Penalties on the weights (not on biases), such as `l2(1e-4)`; on other parameters with `on(match, l2(1e-4))`. @defaultValue none */
  readonly penalty?: OneOrMore<Composition>;
  /** What every update is followed by, such as `maxNorm(2)`, on the weights or with `on(match, …)` on other parameters. @defaultValue none */
  readonly constraint?: OneOrMore<Constraint>;
}

/** How one parameter is updated. */
interface Update {
  readonly rule: Rule;
  readonly projections: readonly Projection[];
}

/** The rule and the projections of each parameter: the optimiser, with penalties and constraints on top of it. */
export const updatesFor = (
  parameters: readonly Parameter[],
  { optimizer = adam(), ...options }: UpdateOptions,
): ((parameter: Parameter) => Update) => {
  requireGroupsUsed(optimizer, parameters);
  const penalties = assign("penalty", options.penalty, parameters);
  const constraints = assign("constraint", options.constraint, parameters);
  const composed = new Map<Rule, Map<string, Rule>>();
  const compositions = [
    ...penalties.map(({ apply, to }) => ({ to, compose: apply })),
    ...constraints.flatMap(({ apply: { acts }, to }) =>
      acts.kind === "rule" ? [{ to, compose: acts.compose }] : [],
    ),
  ];
  return (parameter) => {
    const plain = ruleOf(optimizer, parameter);
    const applied = compositions.filter(({ to }) => to.has(parameter.name));
    // Equal rules stay one object, so that their parameters are updated together.
    const known = composed.get(plain) ?? new Map<string, Rule>();
    const key = applied.map((entry) => compositions.indexOf(entry)).join();
    const rule = known.get(key) ?? applied.reduce((inner, { compose }) => compose(inner), plain);
    composed.set(plain, known.set(key, rule));
    const projections = constraints
      .filter(({ to }) => to.has(parameter.name))
      .flatMap(({ apply }) => projectionOf(apply, parameter, rule));
    return { rule, projections };
  };
};

const projectionOf = ({ name, acts }: Constraint, parameter: Parameter, rule: Rule): Projection[] => {
  if (acts.kind === "rule") return [];
  if (acts.kind === "values") return [{ name, ...acts }];
  if (parameter.shape.length < 2) {
    throw new SteepestError(
      `${name}: ${parameter.name} of shape [${parameter.shape}] has no units with incoming weights; choose a weight matrix`,
    );
  }
  return [{ kind: "units", name, scaling: acts.scaling(ruleForShape(rule, parameter.shape)) }];
};
