import { augmented } from "../augment/augmented.js";
import type { ImageLayout } from "../data/dataset.js";
import { readRows, soleColumn, soleFloats } from "../data/rows.js";
import { take } from "../data/subset.js";
import { abs, grad, sum, type Tensor } from "../graph/index.js";
import { largest } from "../graph/ops/reduce.js";
import { missing } from "../missing.js";
import { inputOf, outputOf } from "../nn/model.js";
import type { InsightRecord } from "../report/record.js";
import { numbersOf } from "./parts.js";
import { type Run, soleAnswers } from "./run.js";

/** How much of what is shown. */
const most = { filters: 48, answers: 4, maps: 8, layers: 2, strip: 5, originals: 4 } as const;

/** Larger pictures are shown smaller. */
const largestSide = 64;

/** Numbers with where they lie as a picture. */
interface Plane {
  readonly values: Float32Array;
  readonly layout: ImageLayout;
}

/** A picture made smaller by a whole factor, each pixel the mean of those it stands for. */
const reduced = ({ values, layout: { width, height, channels } }: Plane): Plane => {
  const factor = Math.ceil(Math.max(width, height) / largestSide);
  if (factor === 1) return { values, layout: { width, height, channels } };
  const layout = { width: Math.floor(width / factor), height: Math.floor(height / factor), channels };
  const smaller = new Float32Array(layout.width * layout.height * channels);
  for (let i = 0; i < smaller.length; i++) {
    const [x, row] = [i % layout.width, Math.floor(i / layout.width)];
    const [y, c] = [row % layout.height, Math.floor(row / layout.height)];
    let total = 0;
    for (let dy = 0; dy < factor; dy++) {
      for (let dx = 0; dx < factor; dx++) {
        total += values[(c * height + y * factor + dy) * width + x * factor + dx] ?? missing();
      }
    }
    smaller[i] = total / factor ** 2;
  }
  return { values: smaller, layout };
};

/** The indices of the largest numbers, the largest first. */
const largestOf = (numbers: ArrayLike<number>, count: number): number[] =>
  Array.from(numbers, (value, i) => ({ value, i }))
    .sort((a, b) => b.value - a.value)
    .slice(0, count)
    .map(({ i }) => i);

/**
 * The filters of the first layer with weights that looks at the picture itself: those of a convolution, or the incoming weights of units that see
 * all of it, of which the largest are taken.
 */
const filtersOf = async (run: Run, image: ImageLayout): Promise<InsightRecord["filters"]> => {
  const { width, height, channels } = image;
  const pixels = width * height * channels;
  const first = run.parameters.find(
    ({ role, shape }) =>
      role === "weight" &&
      ((shape.length === 4 && shape[1] === channels) || (shape.length === 2 && shape[0] === pixels)),
  );
  if (!first) return undefined;
  const values = (await run.weights()).get(first.name) ?? missing();
  const [a = 0, b = 0, rows = 0, columns = 0] = first.shape;
  const convolution = first.shape.length === 4;
  const layout = convolution ? { width: columns, height: rows, channels } : image;
  const size = layout.width * layout.height * channels;
  const units = convolution ? a : b;
  const of = (unit: number) =>
    convolution
      ? values.slice(unit * size, (unit + 1) * size)
      : Float32Array.from({ length: size }, (_, i) => values[i * units + unit] ?? missing());
  const all = Array.from({ length: units }, (_, unit) => of(unit));
  const chosen = convolution
    ? all.slice(0, most.filters)
    : largestOf(
        all.map((weights) => Math.hypot(...weights)),
        most.filters,
      ).map((unit) => all[unit] ?? missing());
  return {
    layer: first.name.replace(/\.weight$/, ""),
    kind: convolution ? "filters" : "units",
    of: units,
    pictures: chosen.map((weights) => reduced({ values: weights, layout })),
  };
};

/** What the trained network makes of some test examples: how its answer hangs on each pixel, and what its first convolutions see. */
const answersOf = async (
  run: Run,
  image: ImageLayout,
  classes: readonly string[],
): Promise<InsightRecord["answers"]> => {
  const { test } = run.splits;
  if (!test || !run.test) return [];
  const labels = soleColumn((await readRows(take(test, Math.min(test.size, 200)))).targets);
  const indices = [...new Map(Array.from(labels, (label, i) => [label, i] as const).reverse()).values()]
    .sort((a, b) => a - b)
    .slice(0, most.answers);
  const { session, model } = run.trainer.parts;
  const { inference } = model;
  const x = inputOf(inference);
  const output = outputOf(inference);
  const places = new Set<string>();
  const maps = inference.layers
    .filter(({ path, output: { rank, shape } }) => {
      const isFirst = /conv\dd\d+$/i.test(path) && rank === 4 && !places.has(path) && Number(shape[2]) > 1;
      if (isFirst) places.add(path);
      return isFirst;
    })
    .slice(0, most.layers);
  const [slopes] = grad(sum(largest(output, [-1], {})), [x]);
  const program = await session.attach({
    inputs: [x],
    outputs: {
      saliency: abs(slopes ?? missing()),
      ...Object.fromEntries(maps.map(({ path, output: map }): [string, Tensor] => [`map ${path}`, map])),
    },
  });
  const inputs = soleFloats((await readRows(test, indices)).inputs);
  const answered = soleAnswers(run);
  const found = await program.run({ [Object.keys(inference.inputs)[0] ?? missing()]: inputs });
  await program.release();
  const area = image.width * image.height;
  const size = area * image.channels;
  const saliency = numbersOf(found, "saliency");
  return indices.map((index, row) => {
    const probabilities = answered.subarray(index * classes.length, (index + 1) * classes.length);
    const predicted = largestOf(probabilities, 1)[0] ?? missing();
    const perPixel = Float32Array.from({ length: area }, (_, i) =>
      Math.max(
        ...Array.from({ length: image.channels }, (_, c) => saliency[row * size + c * area + i] ?? missing()),
      ),
    );
    return {
      ...reduced({ values: inputs.slice(row * size, (row + 1) * size), layout: image }),
      truth: classes[labels[index] ?? missing()] ?? missing(),
      predicted: classes[predicted] ?? missing(),
      probability: probabilities[predicted] ?? missing(),
      saliency: reduced({ values: perPixel, layout: { ...image, channels: 1 } }),
      maps: maps.map(({ path, output: { shape } }) => {
        const [, channels = 0, height = 0, width = 0] = shape.map(Number);
        const values = numbersOf(found, `map ${path}`);
        const plane = width * height;
        const of = (channel: number) =>
          values.slice((row * channels + channel) * plane, (row * channels + channel + 1) * plane);
        const layout = { width, height, channels: 1 };
        return {
          layer: path,
          of: channels,
          pictures: Array.from({ length: Math.min(channels, most.maps) }, (_, channel) =>
            reduced({ values: of(channel), layout }),
          ),
        };
      }),
    };
  });
};

/** Some training pictures, and what augmentation made of them in the first epochs. */
const stripOf = async (run: Run): Promise<InsightRecord["augmented"]> => {
  const { augmentation, splits } = run;
  if (!augmentation) return undefined;
  const originals = take(splits.train, Math.min(most.originals, splits.train.size));
  const indices = Array.from({ length: originals.size }, (_, i) => i);
  const changed = augmented(originals, augmentation.chain, { seed: augmentation.seed, workers: 0 });
  const size = soleFloats((await readRows(originals, [0])).inputs).length;
  const image = run.image ?? missing();
  const cut = (all: Float32Array, row: number) =>
    reduced({ values: all.slice(row * size, (row + 1) * size), layout: image });
  const epochs: Float32Array[] = [];
  for (let epoch = 0; epoch < most.strip; epoch++) {
    const rows = await readRows(originals, indices);
    await changed.read(indices, rows, epoch);
    epochs.push(soleFloats(rows.inputs).slice());
  }
  const plain = soleFloats((await readRows(originals, indices)).inputs);
  return indices.map((row) => ({
    original: cut(plain, row),
    versions: epochs.map((all) => cut(all, row)),
  }));
};

/** What can be seen of a network that was trained on pictures with classes; undefined for any other. */
export const insightOf = async (run: Run, classes: readonly string[]): Promise<InsightRecord | undefined> => {
  const { image, target } = run;
  if (!image || target?.kind !== "class" || target.shape.length > 0) return undefined;
  if (image.channels !== 1 && image.channels !== 3) return undefined;
  return {
    filters: await filtersOf(run, image),
    answers: await answersOf(run, image, classes),
    augmented: await stripOf(run),
  };
};
