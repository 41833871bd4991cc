import { type Dataset, readRows, soleFloats } from "../data/index.js";
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
  type Change,
  changeOf,
  type EqualStart,
  equalUnitsClaim,
  fixedSigmaClaim,
  linearSignalsClaim,
  reluSignalsClaim,
  varianceClaim,
  zeroGradientsClaim,
} from "./claims/initialization.js";
import { gradientNorms, hiddenGradient, type Trained, trainUnits } from "./initialization/identical.js";
import { type Signals, signals } from "./initialization/signals.js";
import { images } from "./shared/images.js";
import { short } from "./shared/statistics.js";
import type { Effort, Study, StudyContext, StudyResult } from "./study.js";

const DEPTH = 20;

/** Widths fall from 512 to 64, so that n_in and n_out differ. */
const WIDTHS = Array.from({ length: DEPTH + 1 }, (_, i) => Math.round(512 * (1 / 8) ** (i / DEPTH)));

const drawsOf: Record<Effort, number> = { quick: 2, default: 10, full: 50 };

const [SMALL, LARGE] = [0.02, 0.2];

/** Units of each hidden layer of the networks that start equal, their batches of the 500 images, and updates in 20 epochs. */
const [UNITS, BATCH, UPDATES] = [32, 100, 100];

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

interface Equal extends EqualStart, Omit<Trained, "path"> {
  readonly distinct: readonly [number, number];
}

/** Networks whose weights all start equal, for each activation. */
const equalWeights = async (data: Dataset, { seed, signal }: StudyContext): Promise<Equal[]> => {
  const { inputs, targets } = await readRows(data, [...Array(Math.min(100, data.size)).keys()]);
  const examples = { inputs: soleFloats(inputs).map((pixel) => pixel / 255), targets: soleFloats(targets) };
  const results: Equal[] = [];
  for (const activation of [sigmoid, tanh, relu])
    for (const value of [0, EQUAL]) {
      const network = { activation, value, units: UNITS, classes: 10 };
      const norms = await gradientNorms({ ...network, dropped: false }, examples);
      for (const dropped of [false, true]) {
        const { path, ...trained } = await trainUnits(
          { ...network, dropped },
          { data, batchSize: BATCH, seed, signal },
        );
        results.push({
          activation: activation.name,
          value,
          dropped,
          hiddenGradient: hiddenGradient(norms),
          ...trained,
        });
      }
    }
  return results;
};

/** The study with a number of draws of the weights. */
export const measure = async (draws: number, context: StudyContext): Promise<StudyResult> => {
  const { log } = context;
  const { train, note } = await images(context, { train: 500, validation: 100, test: 100 });
  const equal = await equalWeights(train, context);
  const different = await trainUnits(
    { activation: tanh, units: UNITS, classes: 10, dropped: false },
    { data: train, batchSize: BATCH, seed: context.seed, signal: context.signal },
  );
  log("equal weights done");
  const measured: Measured[] = [];
  for (const { name: activation, activation: act } of activations)
    for (const { name: init, init: initializer } of initialisers) {
      const stack = { widths: WIDTHS, activation: act, init: initializer };
      measured.push({ activation, init, ...(await signals(stack, draws, context)) });
    }

  const change = (activation: string, init: string): Change => {
    const found = measured.find((each) => each.activation === activation && each.init === init);
    return changeOf(found ?? missing());
  };
  const plain = "no nonlinearity";
  const predicted = [SMALL, LARGE].map((sigma) => {
    const found = measured.find((each) => each.activation === plain && each.init === `N(0, ${sigma}²)`);
    const first = found?.activations[0] ?? Number.NaN;
    return { sigma, first, expected: (WIDTHS[0] ?? missing()) * sigma ** 2 };
  });

  return {
    learned: `Through ${DEPTH} layers of relu He's variance kept the signal (× ${short(change("relu", "He").forward)}), LeCun's lost it (× ${short(change("relu", "LeCun").forward)}); units that start alike stay alike for good.`,
    claims: [
      zeroGradientsClaim(
        equal.filter(({ value }) => value === 0),
        UPDATES,
      ),
      equalUnitsClaim(equal, {
        units: UNITS,
        updates: UPDATES,
        different: { activation: "tanh", error: different.error },
      }),
      varianceClaim(predicted),
      fixedSigmaClaim(
        "relu",
        DEPTH,
        [SMALL, LARGE].map((sigma) => ({ sigma, forward: change("relu", `N(0, ${sigma}²)`).forward })),
      ),
      linearSignalsClaim(change(plain, "LeCun"), change(plain, "Xavier")),
      reluSignalsClaim(change("relu", "He"), change("relu", "LeCun"), change("relu", "Xavier"), DEPTH),
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
          ...activations.flatMap((a) => {
            const { forward, backward } = change(a.name, name);
            return [short(forward), short(backward)];
          }),
        ]),
      },
    ],
    figure: await draw(measured),
    numbers: { widths: WIDTHS, measured, equal, different: different.error, predicted, draws },
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
