import { describe, expect, it } from "vitest";
import {
  adam,
  blobs,
  dataset,
  digits,
  fit,
  gradientDescent,
  graph,
  layer,
  linear,
  pca,
  pretrained,
  relu,
  sequential,
} from "../../src/index.js";
import { withInputs } from "../support/rows.js";

const still = { optimizer: gradientDescent({ learningRate: 0 }), epochs: 1 };

/** Class numbers 2, 0, 1 of the categories 0, 1, 2, as an embedding that starts right. */
const embedding = layer("embedding", (x, scope) => {
  const table = scope.param("table", [3, 3], (values) => void values.set([0, 0, 9, 9, 0, 0, 0, 9, 0]));
  const ids = graph.cast(graph.slice(x, { axis: 1, start: 0, end: 1 }), "int64");
  return graph.reshape(graph.gather(table, ids), ["batch", 3]);
});

const categories = (rows: readonly (readonly number[])[]) =>
  dataset({
    name: "categories",
    inputs: Float32Array.from(rows.flat()),
    inputShape: [rows[0]?.length ?? 0],
    targets: rows.map(([id = 0]) => [2, 0, 1][id] ?? 0),
    classes: 3,
  });

describe("preprocessing by default", () => {
  it("is not done again to what a reloaded model takes", async () => {
    const data = blobs({ n: 300, noise: 0.3, seed: 1 });
    const far = withInputs(data, (inputs) => {
      inputs.forEach((x, i) => {
        inputs[i] = 100 * x + 500;
      });
    });
    const splits = { train: far, test: far };
    const first = await fit(sequential(linear(16), relu(), linear(3)), splits, {
      optimizer: adam({ learningRate: 0.02 }),
      epochs: 20,
      batchSize: 32,
    });
    expect(first.test?.error).toBeLessThan(5);
    expect(first.preprocessing).toMatchObject({ kind: "feature", asked: false, untouched: [] });

    for (const net of [
      pretrained(await first.model()),
      sequential(
        pretrained(await first.model()),
        layer("same", (x) => x),
      ),
    ]) {
      const again = await fit(net, splits, still);
      expect(again.test?.error).toBe(first.test?.error);
      expect(again.preprocessing).toEqual({
        kind: "none",
        asked: false,
        untouched: [0, 1],
        text: "as they are: a pretrained model takes them as they are",
      });
    }
    const behind = await fit(sequential(linear(2), pretrained(await first.model())), splits, still);
    expect(behind.preprocessing.kind).toBe("feature");
  });

  it("leaves category numbers as they are, and standardises the features beside them", async () => {
    const ids = categories([[0], [1], [2], [2], [1], [2]]);
    const alone = await fit(embedding, { train: ids, test: ids }, still);
    expect(alone.test?.error).toBe(0);
    expect(alone.preprocessing.text).toBe("as they are: the network reads them as whole numbers");

    const mixed = categories([
      [0, 90],
      [1, 110],
      [2, 90],
      [0, 110],
    ]);
    const seen = layer("seen", (x, scope) => {
      const real = graph.slice(x, { axis: 1, start: 1, end: 2 });
      return embedding(x, scope).mul(0).add(real);
    });
    const run = await fit(seen, mixed, { ...still });
    expect(run.preprocessing).toEqual({
      kind: "feature",
      asked: false,
      untouched: [0],
      text: "each feature less its mean and divided by its standard deviation, those of the training examples, but feature 0 as they are: the network reads them as whole numbers",
    });
    const both = await fit(embedding, { train: mixed, test: mixed }, still);
    expect(both.test?.error).toBe(0);
    expect(both.preprocessing.untouched).toEqual([0]);
  });

  it("finds categories that are looked up through arithmetic, one-hot numbers and comparisons", async () => {
    const data = categories([
      [0, 5],
      [1, 7],
      [2, 9],
    ]);
    const first = (x: graph.Tensor) => graph.slice(x, { axis: 1, start: 0, end: 1 });
    const nets = {
      rounded: (x: graph.Tensor) => graph.cast(first(x).add(0.5), "int64"),
      clipped: (x: graph.Tensor) => graph.cast(graph.clip(first(x), 0, 2), "int64"),
      compared: (x: graph.Tensor) => graph.equal(first(x), 1),
    };
    for (const read of Object.values(nets)) {
      const net = sequential(
        layer("codes", (x) => graph.concat([graph.cast(read(x), "float32"), x], 1)),
        linear(3),
      );
      const run = await fit(net, data, still);
      expect(run.preprocessing.untouched).toEqual([0]);
    }
    const hidden = sequential(
      linear(1),
      layer("step", (x) => graph.cast(graph.cast(x, "int64"), "float32")),
      linear(3),
    );
    expect((await fit(hidden, data, still)).preprocessing).toMatchObject({ kind: "feature", untouched: [] });
  });

  it("does what it is told, and says where that is odd", async () => {
    const ids = categories([[0], [1], [2]]);
    const told = await fit(embedding, ids, { ...still, preprocess: "feature" });
    expect(told.preprocessing).toMatchObject({ kind: "feature", asked: true, untouched: [] });
    expect(told.preprocessing.text).toMatch(/, although the network reads them as whole numbers$/);
    const none = await fit(linear(3), ids, { ...still, preprocess: "none" });
    expect(none.preprocessing).toEqual({ kind: "none", asked: true, untouched: [], text: "as they are" });
    const own = await fit(linear(3), ids, { ...still, preprocess: pca() });
    expect(own.preprocessing.kind).toBe("own");
  });

  it("of pictures has one mean and scale", async () => {
    const { train } = await digits({ train: 40, test: 10, seed: 1 });
    const run = await fit(linear(10), train, { ...still });
    expect(run.preprocessing).toMatchObject({ kind: "all", asked: false });
    expect(run.preprocessing.text).toMatch(/^less one mean/);
  });
});
