import { highest, lowest } from "../extremes.js";
import {
  type Axis,
  type Figure,
  lineChart,
  meaning,
  type Point,
  type Rule,
  type Series,
} from "../figures/index.js";
import { type Markup, markup } from "../figures/markup.js";
import { missing } from "../missing.js";
import { lineThrough } from "../statistics.js";
import { drawing, narrowWidth } from "./layout.js";
import type { EpochRecord, RunRecord } from "./record.js";

const curve = (
  name: string,
  colour: string,
  epochs: readonly EpochRecord[],
  value: (epoch: EpochRecord) => number | undefined,
): Series[] => {
  const points = epochs.flatMap((each): Point[] => {
    const y = value(each);
    return y === undefined || !Number.isFinite(y) ? [] : [[each.epoch, y]];
  });
  return points.length > 0 ? [{ name, colour, points }] : [];
};

type Scale = "linear" | "log";

/** Logarithmic where the values are positive and span more than a factor of thirty. */
export const scaleOf = (series: readonly Series[]): Scale => {
  const values = series.flatMap(({ points }) => points.map(([, y]) => y));
  const low = lowest(values);
  return low > 0 && highest(values) > 30 * low ? "log" : "linear";
};

/** The share of the values' variance that a straight line leaves. */
const bend = (values: readonly number[]): number => lineThrough([...values.keys()], values).unexplained;

/**
 * The axis on which a schedule looks like what it is: logarithmic where its logarithm is closer to a straight line, as of
 * exponential decay and steps by a factor; linear for a cosine, whose end at 0 would otherwise be most of the picture.
 */
export const rateScale = (rates: readonly number[]): Scale =>
  lowest(rates) > 0 && highest(rates) > 30 * lowest(rates) && bend(rates.map(Math.log)) < bend(rates)
    ? "log"
    : "linear";

interface Chart {
  readonly title: string;
  readonly series: readonly Series[];
  readonly y: Axis;
  readonly rules?: readonly Rule[];
}

const x: Axis = { label: "epoch", whole: true };

const draw = ({ title, series, y, rules = [] }: Chart, width: number, height: number): Promise<Figure> =>
  lineChart({
    title,
    series,
    x,
    y,
    rules,
    names: series.length > 1 ? "legend" : "none",
    width,
    height,
  });

/** Charts in each row of a wide page, so that no row has a hole. */
const rowsOf = (count: number): readonly number[] =>
  count <= 3 ? [count] : count === 4 ? [2, 2] : [2, count - 2];

/** Width and height of a chart by the number in its row. */
const sizes: Readonly<Record<number, readonly [number, number]>> = {
  1: [1092, 340],
  2: [537, 300],
  3: [352, 260],
};

/** What there is to draw over the epochs: loss, error, learning rate, sharpness and speed. */
const chartsOf = ({ epochs, bestEpoch, lossName }: RunRecord): Chart[] => {
  const rules: Rule[] = bestEpoch === undefined ? [] : [{ x: bestEpoch, label: `kept: epoch ${bestEpoch}` }];
  const { training, validation } = meaning;
  const loss = [
    ...curve("training", training, epochs, (each) => each.trainLoss),
    ...curve("validation", validation, epochs, (each) => each.validationLoss),
  ];
  const error = [
    ...curve("training", training, epochs, (each) => each.trainError && 100 * each.trainError),
    ...curve("validation", validation, epochs, (each) => each.validationError && 100 * each.validationError),
  ];
  const rate = curve("learning rate", training, epochs, (each) => each.learningRate);
  const rates = rate.flatMap(({ points }) => points.map(([, y]) => y));
  const sharpness = curve("sharpness", training, epochs, (each) => each.sharpness);
  const speed = curve("speed", training, epochs, (each) => each.samplesPerSecond);
  const charts: Chart[] = [
    { title: "Loss", series: loss, y: { label: lossName ?? "loss", type: scaleOf(loss) }, rules },
    {
      title: "Error",
      series: error,
      y: { label: "wrong answers (%)", type: scaleOf(error), zero: true },
      rules,
    },
    { title: "Learning rate", series: rate, y: { type: rateScale(rates), zero: true } },
    {
      title: "Sharpness",
      series: sharpness,
      y: { label: "largest Hessian eigenvalue", type: scaleOf(sharpness) },
    },
    { title: "Training examples a second", series: speed, y: { zero: true } },
  ];
  return charts.filter(({ series }) => series.length > 0);
};

/** The curves of a run, each where there is something to draw. */
export const curves = async (record: RunRecord): Promise<Markup> => {
  const charts = chartsOf(record);
  const perRow = rowsOf(charts.length).flatMap((count) => Array.from({ length: count }, () => count));
  const figures = await Promise.all(
    charts.map(async (chart, i) => {
      const across = perRow[i] ?? missing();
      const [width, height] = sizes[across] ?? missing();
      const figure = drawing(
        `${chart.title} over the epochs`,
        await draw(chart, width, height),
        await draw(chart, narrowWidth, 240),
      );
      return markup`<div class="of-${across}">${figure}</div>`;
    }),
  );
  return markup`<div class="charts">${figures}</div>`;
};
