import { gradientDescent, theory } from "steepest";
import { type CertifiedRun, decreaseRatios, descentLemmaClaim, rateBoundClaim } from "steepest/claims";
import type { Contours } from "../../parts/chart.js";
import { contourLines, gridOf, levelsOf } from "../../parts/contours.js";
import type { Computed } from "../../parts/definition.js";
import { functionsOfX } from "../functions.js";
import { objectiveOfX, valuesAt } from "../objectives.js";
import { domains, isPlane, type State } from "./state.js";

export interface Result extends Computed {
  readonly L: theory.Constant;
  readonly eta: number;
  readonly points: readonly (readonly number[])[];
  readonly values: readonly number[];
  /** `f(w_t) − f(w*)` and what the lecture allows for it. */
  readonly gaps: readonly number[];
  readonly bounds: readonly number[];
  /** Decrease of step t over what the descent lemma promises, from t = 1 on. */
  readonly ratios: readonly number[];
  readonly diverged: boolean;
  readonly contours?: Contours;
  /** The curve of a function of one number. */
  readonly curve?: { readonly x: Float64Array; readonly y: Float64Array };
}

/** Constants of the functions of one number, whose second derivatives are known. */
const curvatures = {
  parabola: undefined,
  smooth: { L: 1, how: "f'' = (1 + x²)^(−3/2) ≤ 1" },
  logistic: { L: 0.5, how: "f'' = 2σ(x)(1 − σ(x)) ≤ 1/2" },
} as const;

/** The bowl ½(x² + κy²). */
const bowlOf = ({ kappa }: State): theory.Objective =>
  theory.quadraticObjective(
    theory.matrix([
      [1, 0],
      [0, kappa],
    ]),
    new Float64Array(2),
  );

const objectiveOf = (state: State): theory.Objective => {
  if (state.f === "bowl") return bowlOf(state);
  const f = objectiveOfX(functionsOfX[state.f].text);
  const curvature = curvatures[state.f];
  if (curvature === undefined) return f;
  const { L: value, how } = curvature;
  return {
    ...f,
    constants: {
      smoothness: async () => ({ value, certainty: "exact", how }),
      strongConvexity: async () => ({
        value: 0,
        certainty: "exact",
        how: "f'' comes as near to 0 as one likes",
      }),
    },
  };
};

const landscape = (kappa: number): Contours => {
  const [columns, rows] = [80, 40];
  const values = gridOf((x, y) => (x * x + kappa * y * y) / 2, domains.x, domains.y, columns, rows);
  return contourLines(values, columns, rows, levelsOf(values, 12));
};

const curveOf = async (f: theory.Objective) => {
  const [from, to] = domains.line;
  const x = Float64Array.from({ length: 161 }, (_, i) => from + ((to - from) * i) / 160);
  return {
    x,
    y: await valuesAt(
      f,
      Array.from(x, (each) => Float64Array.of(each)),
    ),
  };
};

export const compute = async (state: State, signal?: AbortSignal): Promise<Result> => {
  const f = objectiveOf(state);
  const L = await theory.smoothnessConstant(f);
  const mu = await theory.strongConvexityConstant(f);
  const eta = state.eta / L.value;
  const w0 = Float64Array.from(isPlane(state) ? state.start : [state.start[0]]);
  const minimiser = new Float64Array(w0.length);
  const run = await theory.descend(f, { w0, eta, steps: state.steps, minimiser, signal });
  const certified: CertifiedRun[] = [
    { multiple: state.eta, run, certificate: theory.certify(run, { L, mu }) },
  ];
  // The same steps once more, for the points on the way.
  const rule = gradientDescent({ learningRate: eta });
  const { points } = await theory.walk(f, rule, { start: w0, steps: run.steps, signal });
  return {
    L,
    eta,
    points: points.map((point) => [...point]),
    values: [...run.values],
    gaps: [...theory.suboptimality(run)],
    bounds: Array.from(run.values, (_, t) => theory.rateBound(run, t)),
    ratios: [Number.NaN, ...decreaseRatios(run)],
    diverged: run.stopped === "diverged",
    claims: [descentLemmaClaim(certified), rateBoundClaim(certified)],
    ...(isPlane(state) ? { contours: landscape(state.kappa) } : { curve: await curveOf(f) }),
  };
};
