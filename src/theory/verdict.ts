import type { Certificate, Violation } from "./certificate.js";
import type { DescentRun } from "./descend.js";

const figure = (x: number) => x.toPrecision(6);

const rateSentence = (eta: number, { etaTimesL, L, promised }: Omit<Certificate, "verdict">): string => {
  const rate = `eta = ${figure(eta)} is ${etaTimesL.toPrecision(4)}/L`;
  if (promised === false) {
    return L.certainty === "bound"
      ? `${rate} for the bound L = ${figure(L.value)} (${L.how}), so that nothing is promised; the true L may be less`
      : `${rate}, above the theory's 1/L: nothing is promised`;
  }
  if (promised === "unknown") {
    return `${rate} for the estimate L = ${figure(L.value)} (${L.how}); the true L is at least that, so whether eta <= 1/L is not known and nothing is promised`;
  }
  return L.certainty === "given"
    ? `${rate}, within the theory's eta <= 1/L if the L given is right`
    : `${rate}, within the theory's eta <= 1/L`;
};

const violationSentence = ({ inequality, step, left, right, tolerance }: Violation): string =>
  `${inequality === "step II" ? "" : "the "}${inequality} fails first at step ${step}: ${figure(left)} <= ${figure(right)} is wrong by ${figure(left - right)}, of which ${tolerance.toExponential(1)} could be rounding`;

/** What the violations say about the constants and the function. */
const conclusions = ({ L, mu, etaTimesL, inequalities, needed }: Omit<Certificate, "verdict">): string[] => {
  const failed = inequalities.filter(({ violations }) => violations > 0).map(({ inequality }) => inequality);
  const within = etaTimesL <= 1 + 2 * Number.EPSILON;
  const sentences: string[] = [];
  if (needed.L > L.value) {
    const asks = `step ${needed.step} asks for L >= ${figure(needed.L)}`;
    sentences.push(
      L.certainty === "estimate"
        ? `the estimate L = ${figure(L.value)} was too small: ${asks}`
        : `L = ${figure(L.value)} is too small: ${asks}, so f is not L-smooth with it`,
    );
  }
  if (failed.includes("minimum")) {
    sentences.push("the run went below f(w*), so the minimiser given is not one");
  }
  if (!within || failed.length === 0) return sentences;
  if (mu.certainty === "estimate" && failed.every((name) => name.startsWith("linear"))) {
    sentences.push(`so the estimate mu = ${figure(mu.value)} was too large`);
  } else if (L.certainty === "estimate" && sentences.length === 0) {
    sentences.push(`so the estimate L = ${figure(L.value)} was too small, or f is not convex`);
  } else if (L.certainty !== "estimate" && !failed.includes("minimum")) {
    sentences.push("so f is not convex and L-smooth with this L (or has no such mu)");
  }
  return sentences;
};

/** What a certificate says, in sentences. */
export const verdictOf = (run: DescentRun, found: Omit<Certificate, "verdict">): string[] => {
  const { inequalities: reports, firstViolation, mu } = found;
  const sentences = [rateSentence(run.eta, found)];
  const names = (chosen: typeof reports) => chosen.map(({ inequality }) => inequality).join(", ");
  const open = reports.filter(({ undecided, checked }) => checked > 0 && undecided === checked);
  const decided = reports.filter(({ violations }) => violations === 0).filter((each) => !open.includes(each));
  if (firstViolation === undefined && decided.length > 0) {
    const within = Math.max(...decided.map(({ undecided }) => undecided));
    sentences.push(
      `${names(decided)}: held at each of ${run.steps} steps${within > 0 ? ` (at up to ${within} of them to within rounding)` : ""}`,
    );
  }
  if (open.length > 0) {
    sentences.push(
      `${names(open)}: undecided, since rounding is larger than what is compared at every step; float64 cannot tell`,
    );
  }
  sentences.push(
    ...reports.flatMap(({ first, violations, checked }) =>
      first === undefined
        ? []
        : [`${violationSentence(first)}; ${violations} of ${checked} steps violate it`],
    ),
    ...conclusions(found),
  );
  if (mu.certainty === "estimate" && mu.value > 0) {
    sentences.push(`the linear rates are checked for an estimate of mu from above: nothing promises them`);
  }
  if (run.stopped === "diverged") sentences.push(`the run diverged after step ${run.steps}`);
  return sentences;
};
