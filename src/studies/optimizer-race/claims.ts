import type { Claim } from "../study.js";
import { withDeviation } from "./picture.js";
import type { Entry, Problem } from "./problem.js";

/** What the lecture says about its optimisers, put to the race. Claims about what did not take part are left out. */
export const claimsOf = (
  problems: readonly Problem[],
  entries: readonly Entry[],
  place: (contender: string, problem: string) => number | undefined,
): Claim[] => {
  const entryOf = (contender: string, problem: string) =>
    entries.find((entry) => entry.contender === contender && entry.problem === problem);
  /** The problems on which both took part, with what they reached. */
  const duels = (a: string, b: string, among: readonly Problem[]) =>
    among.flatMap(({ name }) => {
      const [first, second] = [entryOf(a, name), entryOf(b, name)];
      return first === undefined || second === undefined
        ? []
        : [
            {
              first: first.result,
              second: second.result,
              text: `${withDeviation(first)} against ${withDeviation(second)} (${name})`,
            },
          ];
    });
  const texts = (all: readonly { readonly text: string }[]) => all.map(({ text }) => text).join(", ");
  const claims: Claim[] = [];

  const valleys = problems.filter(({ name }) => name === "ravine" || name === "Rosenbrock");
  const accelerated = duels("momentum", "gradient descent", valleys);
  if (accelerated.length > 0) {
    claims.push({
      claim: "Momentum accelerates gradient descent where the error surface has asymmetric curvature",
      measured: `momentum against gradient descent reached ${texts(accelerated)}`,
      held: accelerated.every(({ first, second }) => first < second),
    });
  }

  const convex = duels(
    "AdaGrad",
    "gradient descent",
    problems.filter((problem) => problem.convex),
  );
  if (convex.length > 0) {
    claims.push({
      claim: "AdaGrad is good when the objective is convex",
      measured: `AdaGrad against gradient descent on the convex problems: ${texts(convex)}`,
      held: convex.every(({ first, second }) => first <= second),
    });
  }

  const curved = duels(
    "RMSProp",
    "AdaGrad",
    problems.filter((problem) => !problem.convex),
  );
  if (curved.length > 0) {
    const better = curved.filter(({ first, second }) => first < second).length;
    claims.push({
      claim: "RMSProp performs better than AdaGrad in non-convex settings",
      measured: `RMSProp against AdaGrad on the non-convex problems: ${texts(curved)}; better on ${better} of ${curved.length}`,
      held: better === curved.length,
    });
  }

  const network = problems.find((problem) => !problem.convex && !problem.vectorsOnly);
  const adam = network && entryOf("Adam", network.name);
  const adamPlace = network && place("Adam", network.name);
  const plain = network && entryOf("gradient descent", network.name);
  if (adam && adamPlace !== undefined) {
    const runners = entries.filter(({ problem }) => problem === adam.problem);
    const all = problems.flatMap(({ name }) => place("Adam", name) ?? []);
    claims.push({
      claim: "Adam works well in practice and compares favourably to other stochastic optimisation methods",
      measured: `on ${adam.problem} Adam came in at place ${adamPlace} of ${runners.length} with ${withDeviation(adam)}${plain ? `, gradient descent reached ${withDeviation(plain)}` : ""}; its places on all problems were ${all.join(", ")}`,
      held: adamPlace <= runners.length / 2,
    });
  }
  return claims;
};
