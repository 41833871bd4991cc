import { gradientDescent, graph, input, momentum, theory } from "steepest";
import {
  bestDescent,
  bestMomentum,
  effectiveRateClaim,
  type Mode,
  momentumFactorClaim,
  momentumMode,
  zigzagClaim,
} from "steepest/claims";
import type { Contours } from "../../parts/chart.js";
import { contourLines, gridOf, levelsOf } from "../../parts/contours.js";
import type { Computed } from "../../parts/definition.js";
import { domains, type State } from "./state.js";

interface Run {
  readonly points: readonly (readonly number[])[];
  readonly values: readonly number[];
  readonly diverged: boolean;
}

export interface Result extends Computed {
  readonly heavy: Run;
  readonly plain: Run;
  /** The learning rate of gradient descent, in multiples of 1/L. */
  readonly plainEta: number;
  /** Of the flat direction (μ) and of the steep one (L). */
  readonly modes: readonly [flat: Mode, steep: Mode];
  readonly contours: Contours;
  /** The factor per step over the map of (η·L, β): levels 0.5 to 1. */
  readonly map: Contours;
  /** The best fixed settings. */
  readonly best: { readonly eta: number; readonly beta: number; readonly rate: number };
}

const ravineOf = (kappa: number): theory.Objective =>
  theory.quadraticObjective(
    theory.matrix([
      [1, 0],
      [0, kappa],
    ]),
    new Float64Array(2),
  );

/** How far a step goes under a constant gradient of 1, once momentum has built up, in units of the learning rate. */
const effectiveRate = async (beta: number): Promise<number> => {
  const w = input("w", [1], "float64");
  const slope = theory.objective({ name: "slope", parameters: w, value: graph.sum(w) });
  const steps = Math.ceil(30 / (1 - beta));
  const { points } = await theory.walk(slope, momentum({ learningRate: 0.01, beta }), {
    start: Float64Array.of(0),
    steps,
  });
  const [before, after] = points.slice(-2).map((point) => point[0] ?? 0);
  return ((before ?? 0) - (after ?? 0)) / 0.01;
};

const maps = new Map<string, Contours>();

/** What depends on κ alone is computed once for each. */
const cached = (key: string, make: () => Contours): Contours => {
  const known = maps.get(key) ?? make();
  if (maps.size > 20) maps.clear();
  maps.set(key, known);
  return known;
};

const landscape = (kappa: number): Contours => {
  const values = gridOf((x, y) => (x * x + kappa * y * y) / 2, domains.x, domains.y, 80, 48);
  return contourLines(values, 80, 48, levelsOf(values, 12, 3));
};

const levels = [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.99, 1];

const mapOf = (kappa: number): Contours => {
  const factor = (eta: number, beta: number) =>
    Math.max(momentumMode(eta, beta).factor, momentumMode(eta / kappa, beta).factor);
  const values = gridOf(factor, domains.eta, domains.beta, 100, 80);
  return contourLines(values, 100, 80, levels);
};

export const compute = async (state: State, signal?: AbortSignal): Promise<Result> => {
  const { kappa, beta, steps } = state;
  const ravine = ravineOf(kappa);
  const learningRate = state.eta / kappa;
  const plainRate = {
    effective: learningRate / (1 - beta),
    same: learningRate,
    best: bestDescent(1, kappa).learningRate,
  }[state.versus];
  const options = { start: Float64Array.from(state.start), steps, signal };
  const runOf = async (rule: ReturnType<typeof momentum>): Promise<Run> => {
    const { points, values, diverged } = await theory.walk(ravine, rule, options);
    return { points: points.map((point) => [...point]), values, diverged };
  };
  const heavy = await runOf(momentum({ learningRate, beta }));
  const plain = await runOf(gradientDescent({ learningRate: plainRate }));
  const modes = [momentumMode(learningRate, beta), momentumMode(state.eta, beta)] as const;
  const best = bestMomentum(1, kappa);
  return {
    heavy,
    plain,
    plainEta: plainRate * kappa,
    modes,
    contours: cached(`f${kappa}`, () => landscape(kappa)),
    map: cached(`m${kappa}`, () => mapOf(kappa)),
    best: { eta: best.learningRate * kappa, beta: best.beta, rate: best.rate },
    claims: [
      zigzagClaim(plain, heavy, 1),
      momentumFactorClaim(heavy, modes),
      effectiveRateClaim([{ beta, measured: await effectiveRate(beta), promised: 1 / (1 - beta) }]),
    ],
  };
};
