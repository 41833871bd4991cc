import type { Rule } from "../../optim/rule.js";
import { averageOf, type Group } from "./placement.js";

/**
 * What a group does in an update, and what it does once parameters were projected onto their constraints: an average is one of
 * projected iterates. Where there are no projections, the average moves in the same pass over memory as the parameters.
 */
export const splitAverage = (group: Group): { readonly update: Group; readonly afterwards?: Group } => {
  const { average, ...rule } = group.rule;
  const place = averageOf(group);
  const isProjected = group.parameters.some(({ projections = [] }) => projections.length > 0);
  if (!average || !place || !isProjected) return { update: group };
  const follow: Rule = {
    name: `average of ${rule.name}`,
    states: { [average.state]: "theta" },
    update: ({ theta, states }) => ({ theta, states }),
    average,
  };
  return { update: { ...group, rule }, afterwards: { ...group, rule: follow, states: [place] } };
};
