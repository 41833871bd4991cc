import { type Dash, type Figure, lineChart, palette, panels } from "../figures/index.js";
import { missing } from "../missing.js";
import {
  he,
  type Initializer,
  type Layer,
  layer,
  leCun,
  normal,
  relu,
  sigmoid,
  tanh,
  xavier,
} from "../nn/index.js";
import {
  gradientNorms,
  type Trained,
  trainDifferent,
  trainIdentical,
  UNITS,
} from "./initialization/identical.js";
import { type Signals, signals } from "./initialization/signals.js";
import { images } from "./shared/images.js";
import { short } from "./shared/statistics.js";
import { judged } from "./shared/verdict.js";
import type { Effort, Study, StudyContext, StudyResult } from "./study.js";

const DEPTH = 20;

/** Widths fall from 512 to 64, so that n_in and n_out differ. */
const WIDTHS = Array.from({ length: DEPTH + 1 }, (_, i) => Math.round(512 * (1 / 8) ** (i / DEPTH)));

const drawsOf: Record<Effort, number> = { quick: 2, default: 10, full: 50 };

const [SMALL, LARGE] = [0.02, 0.2];

/** What equal weights start at besides 0. */
const EQUAL = 0.01;

const initialisers: readonly { readonly name: string; readonly init: Initializer }[] = [
  { name: `N(0, ${SMALL}²)`, init: normal(SMALL) },
  { name: `N(0, ${LARGE}²)`, init: normal(LARGE) },
  { name: "LeCun", init: leCun() },
  { name: "Xavier", init: xavier() },
  { name: "He", init: he() },
];

const activations: readonly { readonly name: string; readonly activation: () => Layer }[] = [
  { name: "no nonlinearity", activation: () => layer("identity", (x) => x) },
  { name: "tanh", activation: tanh },
  { name: "relu", activation: relu },
];

interface Measured extends Signals {
  readonly activation: string;
  readonly init: string;
}

// LeCun's and Xavier's lines lie close together: one is broken, so that the other shows through it.
const styles: readonly { readonly colour: string; readonly dash?: Dash }[] = [
  { colour: palette[2], dash: "dash-dot" },
  { colour: palette[4], dash: "long" },
  { colour: palette[5] },
  { colour: palette[1], dash: "dashed" },
  { colour: palette[0] },
];

const draw = async (measured: readonly Measured[]): Promise<Figure> => {
  const parts = [
    { of: "activations", label: "V[o], o = xW before the nonlinearity" },
    { of: "gradients", label: "V[∂L/∂o]" },
  ] as const;
  const charts: Figure[] = [];
  for (const { of, label } of parts)
    for (const { name } of activations)
      charts.push(
        await lineChart({
          title: of === "activations" ? `${name}: forward` : `${name}: backward`,
          width: 380,
          height: 310,
          names: "none",
          x: { label: "layer", domain: [1, DEPTH], whole: true },
          y: { label, type: "log", domain: [1e-12, 1e12] },
          series: measured
            .filter(({ activation }) => activation === name)
            .map((each, i) => ({
              name: each.init,
              points: each[of].map((value, l) => [l + 1, value] as const),
              dots: false,
              ...(styles[i] ?? missing()),
            })),
        }),
      );
  return panels(charts, {
    columns: 3,
    title: `Variances through ${DEPTH} layers at initialisation`,
    subtitle:
      "widths 512 to 64, standard normal inputs; the backward pass runs from the last layer to the first",
    legend: initialisers.map(({ name }, i) => ({ name, ...(styles[i] ?? missing()) })),
  });
};

interface Equal extends Trained {
  readonly activation: string;
  readonly value: number;
  readonly dropped: boolean;
  readonly hiddenGradient: number;
}

/** Networks whose weights all start equal, for each activation. */
const equalWeights = async (
  data: Parameters<typeof gradientNorms>[2],
  { seed, signal }: StudyContext,
): Promise<Equal[]> => {
  const results: Equal[] = [];
  for (const activation of [sigmoid, tanh, relu])
    for (const value of [0, EQUAL]) {
      const norms = await gradientNorms(activation, value, data);
      const hiddenGradient = Math.max(
        ...norms.filter(({ name }) => /^linear[12]\.weight$/.test(name)).map((each) => each.norm),
      );
      for (const dropped of [false, true]) {
        const trained = await trainIdentical(activation, { value, dropped, data, seed, signal });
        results.push({ activation: activation.name, value, dropped, hiddenGradient, ...trained });
      }
    }
  return results;
};

/** The study with a number of draws of the weights. */
export const measure = async (draws: number, context: StudyContext): Promise<StudyResult> => {
  const { log } = context;
  const { train, note } = await images(context, { train: 500, validation: 100, test: 100 });
  const equal = await equalWeights(train, context);
  const different = await trainDifferent(tanh, train, context);
  log("equal weights done");
  const measured: Measured[] = [];
  for (const { name: activation, activation: act } of activations)
    for (const { name: init, init: initializer } of initialisers) {
      const stack = { widths: WIDTHS, activation: act, init: initializer };
      measured.push({ activation, init, ...(await signals(stack, draws, context)) });
    }

  const find = (activation: string, init: string): Signals =>
    measured.find((each) => each.activation === activation && each.init === init) ?? {
      activations: [],
      gradients: [],
    };
  const forward = (activation: string, init: string) => {
    const { activations: v } = find(activation, init);
    return (v.at(-1) ?? Number.NaN) / (v[0] ?? Number.NaN);
  };
  const backward = (activation: string, init: string) => {
    const { gradients: v } = find(activation, init);
    return (v[0] ?? Number.NaN) / (v.at(-1) ?? Number.NaN);
  };
  const plain = "no nonlinearity";
  const zeros = equal.filter(({ value }) => value === 0);
  const undropped = equal.filter(({ dropped }) => !dropped);
  const broken = equal.filter(({ dropped, moved, value }) => dropped && moved > 0 && value > 0);
  const tanhFrom = (dropped: boolean) =>
    equal.find((e) => e.activation === "tanh" && e.value === EQUAL && e.dropped === dropped);
  const [single, thinned] = [tanhFrom(false), tanhFrom(true)];
  const predicted = [SMALL, LARGE].map((sigma) => {
    const first = find(plain, `N(0, ${sigma}²)`).activations[0] ?? Number.NaN;
    return { sigma, first, expected: (WIDTHS[0] ?? missing()) * sigma ** 2 };
  });
  const [smallOut, largeOut] = [forward("relu", `N(0, ${SMALL}²)`), forward("relu", `N(0, ${LARGE}²)`)];
  const within = (ratio: number, factor: number) => ratio < factor && ratio > 1 / factor;

  return {
    learned: `Through ${DEPTH} layers of relu He's variance kept the signal (× ${short(forward("relu", "He"))}), LeCun's lost it (× ${short(forward("relu", "LeCun"))}); units that start alike stay alike for good.`,
    claims: [
      {
        claim: "All weights zero: the gradients of the hidden weights are 0",
        measured: `before the first step exactly ${Math.max(...zeros.map((e) => e.hiddenGradient))} for sigmoid, tanh and relu; with tanh and relu the first layer has not moved after 100 updates either (error ${short(zeros.find((e) => e.activation === "relu")?.error ?? Number.NaN)} %)`,
        verdict: judged(
          zeros.every((e) => e.hiddenGradient === 0) &&
            zeros.every((e) => e.activation === "sigmoid" || e.moved === 0),
        ),
      },
      {
        claim: "Equal weights learn the same thing many times",
        measured: `after 100 updates from 0 and from ${EQUAL} the ${UNITS} units of each hidden layer have ${Math.max(...undropped.flatMap((e) => e.distinct))} distinct set of weights, bit for bit; under dropout from ${EQUAL} ${Math.min(...broken.flatMap((e) => e.distinct))} sets; tanh's training error is ${short(single?.error ?? Number.NaN)} % from ${EQUAL}, ${short(thinned?.error ?? Number.NaN)} % with dropout, ${short(different)} % from LeCun's random weights`,
        verdict: judged(
          undropped.every((e) => e.distinct.every((n) => n === 1)) &&
            broken.length === 3 &&
            broken.every((e) => e.distinct.every((n) => n > 1)) &&
            different < (single?.error ?? 0) / 2,
        ),
      },
      {
        claim: "V[o] = n_in·σ²·γ²",
        measured: predicted
          .map(
            ({ sigma, first, expected }) =>
              `σ = ${sigma}: ${short(first)} measured, ${short(expected)} expected`,
          )
          .join("; "),
        verdict: judged(predicted.every(({ first, expected }) => within(first / expected, 1.05))),
      },
      {
        claim: "With a fixed σ the variance blows up or vanishes with depth",
        measured: `relu, layer 1 to ${DEPTH}: V[o] changes by the factor ${short(smallOut)} for σ = ${SMALL} and ${short(largeOut)} for σ = ${LARGE}`,
        verdict: judged(smallOut < 1e-6 && largeOut > 1e6),
      },
      {
        claim:
          "LeCun's variance 1/n_in keeps V[o] through linear layers; Xavier balances it with the gradients",
        measured: `no nonlinearity, forward and backward: LeCun × ${short(forward(plain, "LeCun"))} and × ${short(backward(plain, "LeCun"))}, Xavier × ${short(forward(plain, "Xavier"))} and × ${short(backward(plain, "Xavier"))}`,
        verdict: judged(
          within(forward(plain, "LeCun"), 2) &&
            within(forward(plain, "Xavier") * backward(plain, "Xavier"), 2) &&
            within(forward(plain, "Xavier"), 4),
        ),
      },
      {
        claim:
          "He's variance 2/n_in keeps V[o] through relu, where LeCun and Xavier lose half at every layer",
        measured: `relu, layer 1 to ${DEPTH}: He × ${short(forward("relu", "He"))}, LeCun × ${short(forward("relu", "LeCun"))}, Xavier × ${short(forward("relu", "Xavier"))} (2^-19 = ${short(2 ** -19)})`,
        verdict: judged(within(forward("relu", "He"), 4) && within(forward("relu", "LeCun") * 2 ** 19, 8)),
      },
    ],
    tables: [
      {
        title: "All weights equal, 100 updates of gradient descent",
        columns: [
          "activation",
          "start",
          "dropout",
          "‖hidden gradient‖ at the start",
          "distinct units",
          "first layer moved",
          "train error (%)",
        ],
        rows: equal.map((e) => [
          e.activation,
          e.value,
          e.dropped ? "0.5" : "none",
          short(e.hiddenGradient),
          e.distinct.join(" and "),
          short(e.moved),
          short(e.error),
        ]),
      },
      {
        title: `V[o] of layer ${DEPTH} / layer 1, and V[∂L/∂o] of layer 1 / layer ${DEPTH}`,
        columns: [
          "initialiser",
          ...activations.flatMap(({ name }) => [`${name}, forward`, `${name}, backward`]),
        ],
        rows: initialisers.map(({ name }) => [
          name,
          ...activations.flatMap((a) => [short(forward(a.name, name)), short(backward(a.name, name))]),
        ]),
      },
    ],
    figure: await draw(measured),
    numbers: { widths: WIDTHS, measured, equal, different, predicted, draws },
    notes: [
      `Variances are geometric means over ${draws} draws of the weights with 128 examples each; biases are left out.`,
      note,
      `From equal weights of ${EQUAL} the hidden gradient at the start is rounding alone: equal output weights pass back the sum of the softmax's errors p − y over the classes, which is 0. The output layer moves first.`,
      `Guessing one class of ten errs on about 90 %; a layer of ${UNITS} equal units can tell no more than a single one.`,
      "With zero weights and sigmoid, hidden outputs are ½, so the output layer does learn and the hidden weights follow from the second update on, all units alike.",
    ],
  };
};

/** Rows 30 and 31 of the lecture: what the first weights do to the signals and to the gradients. */
export const initialization: Study = {
  name: "initialization",
  title: "Zero, N(0, σ²), LeCun, Xavier and He initialisation",
  section: "Initialization",
  describe:
    "Starts networks with all weights equal and looks at their gradients and, after training, at their units. Then follows the variance of sums and gradients through 20 layers under the lecture's initialisers, with no nonlinearity, tanh and relu.",
  run: (context) => measure(drawsOf[context.effort], context),
};
