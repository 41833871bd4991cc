import { beforeAll, describe, expect, it } from "vitest";
import { readRows, soleFloats } from "../../src/data/rows.js";
import {
  adam,
  augment,
  augmented,
  conv2d,
  dataset,
  fit,
  flatten,
  linear,
  type Run,
  relu,
  sequential,
  unflatten,
} from "../../src/index.js";
import type { InsightRecord } from "../../src/report/record.js";
import { insightOf } from "../../src/train/insight.js";

const [width, height, channels] = [6, 5, 3];
const size = width * height * channels;
const pictures = (count: number, from: number) => {
  const data = dataset({
    name: "pictures",
    inputs: Float32Array.from({ length: count * size }, (_, i) => 128 + 100 * Math.sin((i + from) * 1.7)),
    targets: Uint8Array.from({ length: count }, (_, i) => i % 3),
    inputShape: [channels, height, width],
    classes: 3,
  });
  const input = {
    kind: "float",
    shape: [channels, height, width],
    image: { width, height, channels },
  } as const;
  return { ...data, inputs: { input } };
};
const data = { train: pictures(30, 0), test: pictures(9, 7000) };
const names = ["a", "b", "c"];
const options = {
  epochs: 2,
  batchSize: 10,
  seed: 1,
  threads: 1,
  optimizer: adam({ learningRate: 0.01 }),
  preprocess: "none",
} as const;
const close = (found: ArrayLike<number>, expected: ArrayLike<number>) => {
  expect(found).toHaveLength(expected.length);
  for (let i = 0; i < found.length; i++) expect(found[i]).toBeCloseTo(Number(expected[i]), 4);
};
const weightOf = async (run: Run, end: string) =>
  [...(await run.weights())].find(([name]) => name.endsWith(end))?.[1] ?? expect.unreachable();

describe("what can be seen of a linear model", () => {
  let run: Run;
  let insight: InsightRecord;
  beforeAll(async () => {
    run = await fit(sequential(flatten(), linear(3)), data, options);
    insight = (await insightOf(run, names)) ?? expect.unreachable();
  });

  it("its answer hangs on pixels by the weights of its class", async () => {
    const weight = await weightOf(run, "linear1.weight");
    expect(insight.answers.map(({ truth }) => truth)).toEqual(names);
    for (const { predicted, saliency, probability } of insight.answers) {
      const unit = names.indexOf(predicted);
      const expected = Float32Array.from({ length: width * height }, (_, i) =>
        Math.max(
          ...[0, 1, 2].map((c) => Math.abs(weight[(c * width * height + i) * 3 + unit] ?? Number.NaN)),
        ),
      );
      close(saliency.values, expected);
      expect(probability).toBeGreaterThan(1 / 3);
    }
  });

  it("its units are shown as pictures, those of the largest weights first", async () => {
    const weight = await weightOf(run, "linear1.weight");
    const units = [0, 1, 2].map((unit) =>
      Float32Array.from({ length: size }, (_, i) => weight[i * 3 + unit] ?? Number.NaN),
    );
    const order = units.sort((a, b) => Math.hypot(...b) - Math.hypot(...a));
    expect(insight.filters).toMatchObject({ kind: "units", of: 3 });
    insight.filters?.pictures.forEach(({ values }, i) => void close(values, order[i] ?? []));
    expect(insight.augmented).toBeUndefined();
  });
});

describe("what can be seen of a convolutional network", () => {
  it("shows its filters, what they make of a picture, and the pictures that it was trained on", async () => {
    const chain = [augment.brightness({ factor: [0.2, 0.9] }), augment.flipHorizontally()];
    const net = sequential(conv2d(4), relu(), conv2d(5), flatten(), linear(3));
    const run = await fit(net, data, { ...options, augment: chain });
    const insight = (await insightOf(run, names)) ?? expect.unreachable();
    const weight = await weightOf(run, "conv2d1.weight");
    expect(insight.filters).toMatchObject({ layer: "conv2d1", kind: "filters", of: 4 });
    insight.filters?.pictures.forEach(
      ({ values }, i) => void close(values, weight.subarray(i * 27, (i + 1) * 27)),
    );

    const [first] = insight.answers;
    expect(first?.maps.map(({ layer, of }) => [layer, of])).toEqual([
      ["conv2d1", 4],
      ["conv2d2", 5],
    ]);
    // The middle of a map is the filter laid over the picture there.
    const bias = await weightOf(run, "conv2d1.bias");
    const picture = first?.values ?? expect.unreachable();
    const at = (map: number, y: number, x: number) =>
      [0, 1, 2].reduce(
        (sum, c) =>
          sum +
          [0, 1, 2].reduce(
            (rows, dy) =>
              rows +
              [0, 1, 2].reduce(
                (row, dx) =>
                  row +
                  Number(weight[((map * 3 + c) * 3 + dy) * 3 + dx]) *
                    Number(picture[(c * height + y + dy - 1) * width + x + dx - 1]),
                0,
              ),
            0,
          ),
        Number(bias[map]),
      );
    const map = first?.maps[0]?.pictures[2]?.values ?? expect.unreachable();
    expect(map[2 * width + 3]).toBeCloseTo(at(2, 2, 3), 2);

    const changed = augmented(data.train, chain, { seed: 1, workers: 0 });
    const rows = await readRows(data.train, [1]);
    close(insight.augmented?.[1]?.original.values ?? [], soleFloats(rows.inputs));
    await changed.read([1], rows, 3);
    close(insight.augmented?.[1]?.versions[3]?.values ?? [], soleFloats(rows.inputs));
  });

  it("makes large pictures smaller, and is nothing for other data", async () => {
    const large = dataset({
      name: "large",
      inputs: Float32Array.from({ length: 6 * 130 * 100 }, (_, i) => i % 130),
      targets: Uint8Array.from({ length: 6 }, (_, i) => i % 2),
      inputShape: [13_000],
      classes: 2,
    });
    const input = {
      kind: "float",
      shape: [13_000],
      image: { width: 130, height: 100, channels: 1 },
    } as const;
    const train = { ...large, inputs: { input } };
    const run = await fit(
      sequential(unflatten([1, 100, 130]), conv2d(2), flatten(), linear(2)),
      { train, test: train },
      options,
    );
    const insight = (await insightOf(run, ["0", "1"])) ?? expect.unreachable();
    const [first] = insight.answers;
    expect(first?.layout).toEqual({ width: 43, height: 33, channels: 1 });
    expect(first?.values[1]).toBeCloseTo(4, 5);
    const plain = await fit(linear(2), large, options);
    expect(await insightOf(plain, ["0", "1"])).toBeUndefined();
  });
});
