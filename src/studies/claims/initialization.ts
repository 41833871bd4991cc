import { missing } from "../../missing.js";
import { short } from "../shared/statistics.js";
import { judged } from "../shared/verdict.js";
import type { Claim } from "../study.js";

/** a, b and c. */
const listed = (names: readonly string[]): string => new Intl.ListFormat("en-GB").format(new Set(names));

/** A network whose weights all started at one value, after training. */
export interface EqualStart {
  readonly activation: string;
  readonly value: number;
  readonly dropped: boolean;
  /** Norm of the hidden weights' gradients before the first step. */
  readonly hiddenGradient: number;
  /** Different units in both hidden layers. */
  readonly distinct: readonly number[];
  /** How far the first layer went. */
  readonly moved: number;
  /** On the training data, in percent. */
  readonly error: number;
}

/** Networks that started at 0. Lecture, "Initialization". */
export const zeroGradientsClaim = (zeros: readonly EqualStart[], updates: number): Claim => {
  // sigmoid(0) is ½: its output layer learns, and hidden weights follow from the second update on.
  const still = zeros.filter(({ activation }) => activation !== "sigmoid");
  const names = (of: readonly EqualStart[]) => listed(of.map(({ activation }) => activation));
  return {
    claim: "All weights zero: the gradients of the hidden weights are 0",
    measured: `before the first step at most ${Math.max(...zeros.map((each) => each.hiddenGradient))} for ${names(zeros)}${still.length === 0 ? "" : `; with ${names(still)} the first layer has moved by ${short(Math.max(...still.map(({ moved }) => moved)))} after ${updates} updates (error ${short(still.at(-1)?.error ?? missing())} %)`}`,
    verdict: judged(
      zeros.every((each) => each.hiddenGradient === 0) && still.every(({ moved }) => moved === 0),
    ),
  };
};

/** Networks of equal weights, with and without dropout, and the error of one of different weights. Lecture, "Initialization". */
export const equalUnitsClaim = (
  runs: readonly EqualStart[],
  {
    units,
    updates,
    different,
  }: { units: number; updates: number; different: { activation: string; error: number } },
): Claim => {
  const undropped = runs.filter(({ dropped }) => !dropped);
  // Weights of 0 stand still under dropout too.
  const thinned = runs.filter(({ dropped, value }) => dropped && value !== 0);
  const errorOf = (of: readonly EqualStart[]) =>
    of.find(({ activation, value }) => activation === different.activation && value !== 0)?.error ??
    missing();
  const values = (of: readonly EqualStart[]) => listed(of.map(({ value }) => String(value)));
  const most = Math.max(...undropped.flatMap(({ distinct }) => distinct));
  return {
    claim: "Equal weights learn the same thing many times",
    measured: `after ${updates} updates from ${values(undropped)} the ${units} units of each hidden layer have ${most} distinct set${most === 1 ? "" : "s"} of weights, bit for bit; under dropout from ${values(thinned)} ${Math.min(...thinned.flatMap(({ distinct }) => distinct))} sets; with ${different.activation} the training error is ${short(errorOf(undropped))} %, ${short(errorOf(thinned))} % with dropout, ${short(different.error)} % from LeCun's random weights`,
    verdict: judged(
      most === 1 &&
        thinned.every(({ distinct, moved }) => moved > 0 && distinct.every((n) => n > 1)) &&
        different.error < errorOf(undropped) / 2,
    ),
  };
};

/** Whether a ratio is 1 to within a factor. */
const within = (ratio: number, factor: number): boolean => ratio < factor && ratio > 1 / factor;

/** V[o] of a first layer whose inputs have variance 1, for normal weights of deviation σ. Lecture, "Initialization". */
export const varianceClaim = (
  rows: readonly { readonly sigma: number; readonly first: number; readonly expected: number }[],
): Claim => ({
  claim: "V[o] = n_in·σ²·γ²",
  measured: rows
    .map(
      ({ sigma, first, expected }) =>
        `σ = ${short(sigma)}: ${short(first)} measured, ${short(expected)} expected`,
    )
    .join("; "),
  verdict: judged(rows.every(({ first, expected }) => within(first / expected, 1.05))),
});

/** V[o] of the last layer over that of the first, for each fixed σ: blown up or vanished where it changed by a factor of 2 and more per layer. */
export const fixedSigmaClaim = (
  activation: string,
  depth: number,
  rows: readonly { readonly sigma: number; readonly forward: number }[],
): Claim => ({
  claim: "With a fixed σ the variance blows up or vanishes with depth",
  measured: `${activation}, layer 1 to ${depth}: V[o] changes by the factor ${rows.map(({ sigma, forward }) => `${short(forward)} for σ = ${short(sigma)}`).join(" and ")}`,
  verdict: judged(rows.every(({ forward }) => !within(forward, 2 ** (depth - 1)))),
});

/** By what V[o] changes from the first layer to the last, and V[∂L/∂o] from the last to the first. */
export interface Change {
  readonly forward: number;
  readonly backward: number;
}

export const changeOf = ({
  activations,
  gradients,
}: {
  readonly activations: readonly number[];
  readonly gradients: readonly number[];
}): Change => ({
  forward: (activations.at(-1) ?? missing()) / (activations[0] ?? missing()),
  backward: (gradients[0] ?? missing()) / (gradients.at(-1) ?? missing()),
});

/** Layers without a nonlinearity. Lecture, "Initialization". */
export const linearSignalsClaim = (leCun: Change, xavier: Change): Claim => ({
  claim: "LeCun's variance 1/n_in keeps V[o] through linear layers; Xavier balances it with the gradients",
  measured: `no nonlinearity, forward and backward: LeCun × ${short(leCun.forward)} and × ${short(leCun.backward)}, Xavier × ${short(xavier.forward)} and × ${short(xavier.backward)}`,
  verdict: judged(
    within(leCun.forward, 2) && within(xavier.forward * xavier.backward, 2) && within(xavier.forward, 4),
  ),
});

/** Layers of relu. Undecided below five of them: LeCun's loss then is within the scatter of one draw. Lecture, "Initialization". */
export const reluSignalsClaim = (he: Change, leCun: Change, xavier: Change, depth: number): Claim => {
  const halves = 2 ** (depth - 1);
  return {
    claim: "He's variance 2/n_in keeps V[o] through relu, where LeCun and Xavier lose half at every layer",
    measured: `relu, layer 1 to ${depth}: He × ${short(he.forward)}, LeCun × ${short(leCun.forward)}, Xavier × ${short(xavier.forward)} (2^-${depth - 1} = ${short(1 / halves)})`,
    verdict: depth < 5 ? "undecided" : judged(within(he.forward, 4) && within(leCun.forward * halves, 8)),
  };
};
