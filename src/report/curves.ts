import { highest, lowest } from "../extremes.js";
import { tickText } from "../figures/axis.js";
import { type Axis, type Figure, lineChart, type Point, type Rule, type Series } from "../figures/index.js";
import type { EpochRecord, RunRecord } from "./record.js";

const size = { width: 540, height: 320 };

const curve = (
  name: string,
  epochs: readonly EpochRecord[],
  value: (epoch: EpochRecord) => number | undefined,
): Series[] => {
  const points = epochs.flatMap((each): Point[] => {
    const y = value(each);
    return y === undefined || !Number.isFinite(y) ? [] : [[each.epoch, y]];
  });
  return points.length > 0 ? [{ name, points }] : [];
};

/** Logarithmic where the values are positive and span more than a factor of thirty. */
const scaleOf = (series: readonly Series[]): "linear" | "log" => {
  const values = series.flatMap(({ points }) => points.map(([, y]) => y));
  const low = lowest(values);
  return low > 0 && highest(values) > 30 * low ? "log" : "linear";
};

const x: Axis = {
  label: "epoch",
  // A tick between whole epochs would mean nothing.
  format: (value) => (Number.isInteger(value) ? tickText(value) : ""),
};

/** The curves of a run: loss, error and learning rate over the epochs, each where there is something to draw. */
export const curves = async ({ epochs, bestEpoch, lossName }: RunRecord): Promise<Figure[]> => {
  const rules: Rule[] = bestEpoch === undefined ? [] : [{ x: bestEpoch, label: `best epoch ${bestEpoch}` }];
  const loss = [
    ...curve("training", epochs, (each) => each.trainLoss),
    ...curve("validation", epochs, (each) => each.validationLoss),
  ];
  const error = [
    ...curve("training", epochs, (each) => each.trainError && 100 * each.trainError),
    ...curve("validation", epochs, (each) => each.validationError && 100 * each.validationError),
  ];
  const rate = curve("learning rate", epochs, (each) => each.learningRate);
  const sharpness = curve("sharpness", epochs, (each) => each.sharpness);
  const speed = curve("speed", epochs, (each) => each.samplesPerSecond);
  const charts: Promise<Figure>[] = [];
  if (loss.length > 0) {
    const y = { label: lossName ?? "loss", type: scaleOf(loss) };
    charts.push(lineChart({ title: "Loss", series: loss, x, y, rules, names: "legend", ...size }));
  }
  if (error.length > 0) {
    const y = { label: "wrong answers (%)", type: scaleOf(error), zero: true };
    charts.push(lineChart({ title: "Error", series: error, x, y, rules, names: "legend", ...size }));
  }
  if (rate.length > 0) {
    const y = { type: scaleOf(rate), zero: true };
    charts.push(lineChart({ title: "Learning rate", series: rate, x, y, ...size, height: 240 }));
  }
  if (sharpness.length > 0) {
    const y = { label: "largest Hessian eigenvalue", type: scaleOf(sharpness) };
    charts.push(lineChart({ title: "Sharpness", series: sharpness, x, y, ...size, height: 240 }));
  }
  if (speed.length > 0) {
    const y = { zero: true };
    charts.push(lineChart({ title: "Examples a second", series: speed, x, y, ...size, height: 240 }));
  }
  return Promise.all(charts);
};
