import { allOf, judged, positive, type Verdict } from "../shared/verdict.js";
import type { Claim } from "../study.js";
import { contenders } from "./contenders.js";
import type { Entry, Problem } from "./problem.js";
import { withDeviation } from "./result-text.js";

/** Two contenders on one problem. */
interface Duel {
  /** Whether the first reached less than the second, beyond the error of both. */
  readonly verdict: Verdict;
  readonly text: string;
}

const duelOf = (first: Entry, second: Entry): Duel => ({
  // A run that diverged reached infinity, and has no error.
  verdict:
    Number.isFinite(first.result) && Number.isFinite(second.result)
      ? positive(second.result - first.result, Math.hypot(first.deviation ?? 0, second.deviation ?? 0))
      : judged(first.result < second.result),
  text: `${withDeviation(first)} against ${withDeviation(second)} (${first.problem})`,
});

const lecture = contenders.filter((contender) => contender.lecture).map(({ name }) => name);

/** Adam beside the lecture's other four, on one problem. */
const besideOthers = (adam: Entry, others: readonly Entry[]): Claim => {
  const duels = others.map((other) => ({ other, verdict: duelOf(adam, other).verdict }));
  const named = (verdict: Verdict) =>
    duels
      .filter((duel) => duel.verdict === verdict)
      .map(({ other }) => `${other.contender} (${withDeviation(other)})`)
      .join(", ") || "none";
  const won = duels.filter(({ verdict }) => verdict === "held").length;
  const lost = duels.filter(({ verdict }) => verdict === "not held").length;
  const favourable = lost === 0 && 2 * won >= duels.length;
  return {
    claim:
      "Adam compares favourably to the lecture's other methods: worse than none, better than half of them",
    measured: `on ${adam.problem} Adam reached ${withDeviation(adam)}; better than: ${named("held")}; worse than: ${named("not held")}; within the error of: ${named("undecided")}`,
    verdict: favourable ? "held" : lost > 0 ? "not held" : "undecided",
  };
};

/** What claims need of a problem. */
type Told = Pick<Problem, "name" | "convex" | "vectorsOnly">;

/** What the lecture says about its optimisers, put to the race. Claims about what did not take part are left out. */
export const claimsOf = (problems: readonly Told[], entries: readonly Entry[]): Claim[] => {
  const entryOf = (contender: string, problem: string) =>
    entries.find((entry) => entry.contender === contender && entry.problem === problem);
  /** The problems on which both took part, with what they reached. */
  const duels = (a: string, b: string, among: readonly Told[]) =>
    among.flatMap(({ name }) => {
      const [first, second] = [entryOf(a, name), entryOf(b, name)];
      return first === undefined || second === undefined ? [] : [duelOf(first, second)];
    });
  const claimOf = (claim: string, who: string, where: string, fought: readonly Duel[]): Claim[] =>
    fought.length === 0
      ? []
      : [
          {
            claim,
            measured: `${who} ${where}: ${fought.map(({ text }) => text).join(", ")}; better on ${fought.filter(({ verdict }) => verdict === "held").length} of ${fought.length}`,
            verdict: allOf(fought.map(({ verdict }) => verdict)),
          },
        ];
  const valleys = problems.filter(({ name }) => name === "ravine" || name === "Rosenbrock");
  const convex = problems.filter((problem) => problem.convex);
  const curved = problems.filter((problem) => !problem.convex);
  const network = curved.find((problem) => !problem.vectorsOnly);
  const adam = network && entryOf("Adam", network.name);
  const others = lecture
    .filter((name) => name !== "Adam")
    .flatMap((name) => (network && entryOf(name, network.name)) ?? []);
  return [
    ...claimOf(
      "Momentum accelerates gradient descent where the error surface has asymmetric curvature",
      "momentum against gradient descent",
      "in the valleys",
      duels("momentum", "gradient descent", valleys),
    ),
    ...claimOf(
      "AdaGrad is good when the objective is convex",
      "AdaGrad against gradient descent",
      "on the convex problems",
      duels("AdaGrad", "gradient descent", convex),
    ),
    ...claimOf(
      "RMSProp performs better than AdaGrad in non-convex settings",
      "RMSProp against AdaGrad",
      "on the non-convex problems",
      duels("RMSProp", "AdaGrad", curved),
    ),
    ...(adam && others.length > 0 ? [besideOthers(adam, others)] : []),
  ];
};

/** The lecture's optimiser that reached the least on each problem. */
export const lessonOf = (problems: readonly Problem[], entries: readonly Entry[]): string => {
  const winners = problems.map(({ name }) => {
    const field = entries.filter(({ problem, contender }) => problem === name && lecture.includes(contender));
    const best = field.length > 0 ? field.reduce((a, b) => (b.result < a.result ? b : a)).contender : "none";
    return `${best} on ${name}`;
  });
  return `No optimiser is best everywhere: of the lecture's five, each with its own best rate, the least loss was reached by ${winners.join(", ")}.`;
};
