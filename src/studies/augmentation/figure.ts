import { augmented } from "../../augment/augmented.js";
import { readRows, soleFloats, take } from "../../data/index.js";
import { barChart, type Figure, lineChart, meaning, panels, pictures } from "../../figures/index.js";
import { mean, standardError } from "../../statistics.js";
import type { Pictures } from "./data.js";
import type { Gain } from "./gain.js";

/** The same picture in some epochs. */
const strip = async ({ train, layout, families }: Pictures, seed: number): Promise<Figure> => {
  const few = take(train, 3);
  const changed = augmented(few, Object.values(families).flat(), { seed, workers: 0 });
  const size = layout.width * layout.height * layout.channels;
  const shown: { pixels: Float32Array; caption?: string }[] = [];
  const plain = soleFloats((await readRows(few)).inputs);
  for (let i = 0; i < few.size; i++) {
    shown.push({ pixels: plain.slice(i * size, (i + 1) * size), caption: "original" });
    for (let epoch = 0; epoch < 7; epoch++) {
      const rows = await readRows(few, [i]);
      await changed.read([i], rows, epoch);
      shown.push({ pixels: soleFloats(rows.inputs).slice(), caption: `epoch ${epoch + 1}` });
    }
  }
  return pictures({
    title: "A fresh T(x) of every example in every epoch",
    pictures: shown,
    layout,
    columns: 8,
    size: 52,
  });
};

export const draw = async (
  gains: readonly Gain[],
  alone: readonly { readonly family: string; readonly gain: number }[],
  data: Pictures,
  seed: number,
): Promise<Figure> => {
  const line = (of: "with" | "without") => ({
    name: `${of} augmentation`,
    points: gains.map((gain) => [gain.examples, mean(gain[of])] as const),
    band: gains.map((gain) => {
      const error = gain[of].length > 1 ? standardError(gain[of]) : 0;
      return [gain.examples, mean(gain[of]) - error, mean(gain[of]) + error] as const;
    }),
    colour: of === "with" ? meaning.validation : meaning.training,
  });
  const curve = await lineChart({
    title: "Test accuracy by the number of training pictures",
    subtitle: "the same number of updates; bands of one standard error",
    width: 480,
    height: 340,
    x: { label: "training pictures", type: "log" },
    y: { label: "accuracy (%)" },
    series: [line("without"), line("with")],
  });
  const bars = await barChart({
    title: `Each family alone, with ${gains[0]?.examples ?? 0} pictures`,
    subtitle: "gain in accuracy (percentage points)",
    width: 480,
    height: 340,
    categories: alone.map(({ family }) => family),
    series: [{ name: "gain", values: alone.map(({ gain }) => gain) }],
    horizontal: true,
    format: (value) => value.toFixed(1),
  });
  return panels([curve, bars, await strip(data, seed)], { columns: [2, 1] });
};
