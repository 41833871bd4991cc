import { lowest as lowestOf } from "../extremes.js";
import { aside, type Figure, lineChart, meaning, numberText, type Point } from "../figures/index.js";
import { missing } from "../missing.js";
import type { RateTest } from "./record.js";

/** The picture of a learning-rate range test: loss against rate, with the suggestion. */
export const rateTestPicture = ({ points, lowest, suggestion }: RateTest, title: string): Promise<Figure> => {
  const [first] = points;
  const losses = points.map(({ loss }) => loss);
  const top = 1.3 * Math.max((first ?? missing()).smoothed, lowest.smoothed);
  const bottom = lowestOf(losses);
  return lineChart({
    title,
    subtitle: "one step per rate; the suggestion is a tenth of the rate with the lowest smoothed loss",
    series: [
      {
        name: "loss of the batches",
        points: points.map(({ learningRate, loss }): Point => [learningRate, loss]),
        colour: aside,
        dots: false,
      },
      {
        name: "smoothed",
        points: points.map(({ learningRate, smoothed }): Point => [learningRate, smoothed]),
        colour: meaning.training,
        dots: false,
      },
    ],
    x: { label: "learning rate", type: "log" },
    y: { label: "training loss", domain: [bottom - 0.05 * (top - bottom), top] },
    rules: [
      { x: suggestion, label: `suggestion ${numberText(suggestion, 2)}` },
      { x: lowest.learningRate, label: "lowest" },
    ],
    width: 720,
    height: 420,
  });
};
