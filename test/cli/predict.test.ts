import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { modelAnswerOf } from "../../src/cli/model-answer.js";
import { type ModelFile, readModelFile } from "../../src/cli/model-file.js";
import { pictureInputOf } from "../../src/cli/model-pictures.js";
import { dataset, fit, graph, input, linear, type Tensor, writeModel } from "../../src/index.js";
import { lastJson, root, steepest, temporaryFolder } from "../support/cli.js";

const cases = join(root, "../shared/cases");

/** A model of a function of pictures, as a file. */
const modelOf = async (
  shape: readonly (number | "batch")[],
  outputs: (x: Tensor) => Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<ModelFile> => {
  const path = join(temporaryFolder(), "model.onnx");
  const x = input("input", shape);
  writeFileSync(path, writeModel({ inputs: [x], outputs: outputs(x), metadata }));
  return readModelFile(path);
};

const answers = async (
  outputs: (x: Tensor) => Readonly<Record<string, Tensor>>,
  numbers: readonly number[],
  target?: object,
) => {
  const metadata = target ? { "steepest.target": JSON.stringify(target) } : {};
  const { read, assumed } = modelAnswerOf(await modelOf(["batch", numbers.length], outputs, metadata));
  return { answer: read(numbers), assumed };
};

describe("what a model answers", () => {
  const classes = { kind: "class", names: ["cat", "dog"] };

  it("is the class with its probability, where the model gives probabilities", async () => {
    const { answer, assumed } = await answers(
      (x) => ({ probabilities: graph.softmax(x) }),
      [0.25, 0.75],
      classes,
    );
    expect(answer).toEqual({ class: "dog", probability: 0.75, probabilities: { cat: 0.25, dog: 0.75 } });
    expect(assumed).toEqual([]);
  });

  it("has probabilities from logits, by what training wrote, the operator, or the name of the output", async () => {
    const expected = { class: "dog", probability: expect.closeTo(Math.E / (1 + Math.E), 12) };
    expect((await answers((x) => ({ output: graph.exp(x) }), [300, 301], classes)).answer).toMatchObject(
      expected,
    );
    const logits = await answers((x) => ({ my_logits: graph.exp(x) }), [300, 301]);
    expect(logits.answer).toMatchObject({ ...expected, class: "1" });
    expect(logits.assumed).toEqual([expect.stringMatching(/"my_logits": softmax was applied/)]);
    const logs = await answers((x) => ({ y: graph.logSoftmax(x) }), [Math.log(0.2), Math.log(0.8)]);
    expect(logs.answer).toMatchObject({ class: "1", probability: expect.closeTo(0.8, 12) });
  });

  it("is scores where nothing says that they are more, and never a probability outside of [0, 1]", async () => {
    const { answer, assumed } = await answers((x) => ({ y: graph.exp(x) }), [-3, 74.8]);
    expect(answer).toEqual({ class: "1", score: 74.8, scores: { 0: -3, 1: 74.8 } });
    expect(assumed).toEqual([expect.stringMatching(/does not say what its output means/)]);
    const claimed = await answers((x) => ({ probabilities: graph.exp(x) }), [-10.25, 3], classes);
    expect(claimed.answer).toMatchObject({ scores: { cat: -10.25 } });
    const summing = await answers((x) => ({ probabilities: graph.exp(x) }), [-0.5, 1.5], classes);
    expect(summing.answer).toMatchObject({ scores: { cat: -0.5 } });
  });

  it("is a value of a regression, several values, or independent probabilities", async () => {
    const value = { kind: "value", size: 1 };
    expect((await answers((x) => ({ output: graph.exp(x) }), [-10.25], value)).answer).toEqual({
      value: -10.25,
    });
    expect((await answers((x) => ({ output: graph.exp(x) }), [1, -2], value)).answer).toEqual({
      values: [1, -2],
    });
    expect((await answers((x) => ({ y: graph.exp(x) }), [7])).answer).toEqual({ value: 7 });
    const both = { independent: { 0: 0.9, 1: 0.8 } };
    expect((await answers((x) => ({ probabilities: graph.sigmoid(x) }), [0.9, 0.8], value)).answer).toEqual(
      both,
    );
    const { proto, ...model } = await modelOf(["batch", 2], (x) => ({ y: graph.exp(x) }));
    const node = [
      { opType: "Sigmoid", input: ["input"], output: ["s"] },
      { opType: "Reshape", input: ["s", "shape"], output: ["y"] },
    ];
    const foreign = { ...model, proto: { ...proto, graph: { ...proto.graph, node } } };
    expect(modelAnswerOf(foreign).read([0.9, 0.8])).toEqual(both);
  });

  it("is refused where it is no number", async () => {
    await expect(answers((x) => ({ y: graph.exp(x) }), [Number.NaN, 1])).rejects.toThrow(/answers NaN/);
  });

  it("has numbers for classes where there are not as many names", async () => {
    const { answer } = await answers((x) => ({ probabilities: graph.softmax(x) }), [0.2, 0.5, 0.3], classes);
    expect(answer).toMatchObject({ class: "1", probabilities: { 0: 0.2 } });
  });
});

describe("how a model takes pictures", () => {
  const taken = async (shape: readonly (number | "batch")[], image?: object) =>
    pictureInputOf(
      await modelOf(
        shape,
        (x) => ({ y: graph.exp(x) }),
        image && { "steepest.image": JSON.stringify(image) },
      ),
    );

  it.each([
    [["batch", 784], { width: 28, height: 28, channels: 1 }, false],
    [["batch", 1, 20, 30], { width: 30, height: 20, channels: 1 }, false],
    [["batch", 3, 20, 30], { width: 30, height: 20, channels: 3 }, false],
    [["batch", 20, 30, 3], { width: 30, height: 20, channels: 3 }, true],
    [["batch", 20, 30], { width: 30, height: 20, channels: 1 }, false],
  ] as const)("of shape [%s]", async (shape, layout, interleaved) => {
    const found = await taken(shape);
    expect(found.kind).toMatchObject(layout);
    expect(found.interleaved).toBe(interleaved);
  });

  it("is what it says itself; what it does not say is assumed, and that is said", async () => {
    const size = { width: 28, height: 28, channels: 1 };
    const said = await taken(["batch", 784], { ...size, range: [0, 1], ink: null });
    expect([said.kind, said.assumed]).toEqual([{ ...size, range: [0, 1] }, []]);
    const unsaid = await taken(["batch", 784], size);
    expect(unsaid.kind.ink?.tone).toBe("bright");
    expect(unsaid.assumed).toEqual([expect.stringMatching(/does not say what pictures.*taken as MNIST's/)]);
    const other = await taken(["batch", 1, 64, 64]);
    expect(other.kind.ink).toBeUndefined();
    expect(other.assumed).toEqual([expect.stringMatching(/given whole.*neither inverted nor centred/)]);
  });

  it("is refused where it takes none, or more than one input", async () => {
    await expect(taken(["batch", 5])).rejects.toThrow(
      /does not take pictures: its input "input" is \[batch, 5\]/,
    );
    await expect(taken(["batch", 784], { width: 9, height: 9, channels: 1 })).rejects.toThrow(
      /not take pictures/,
    );
    const path = join(temporaryFolder(), "two.onnx");
    const [a, b] = [input("a", ["batch", 4]), input("b", ["batch", 4])];
    writeFileSync(path, writeModel({ inputs: [a, b], outputs: { y: a.add(b) } }));
    const two = await readModelFile(path);
    expect(() => pictureInputOf(two)).toThrow(/has 2 inputs \(a, b\)/);
  });
});

it("a trained model says what its pictures were, also where they were no digits and values are from 0 to 1", async () => {
  const [n, side] = [60, 8];
  const inputs = Float32Array.from({ length: n * side * side }, (_, i) => ((i * 7919) % 256) / 255);
  const targets = Float32Array.from({ length: n }, (_, i) => i);
  const image = { width: side, height: side, channels: 1 };
  const run = await fit(
    linear(1),
    dataset({ name: "texture", inputs, inputShape: [side * side], targets, image }),
    { epochs: 1 },
  );
  const path = join(temporaryFolder(), "model.onnx");
  await run.export(path);
  const model = await readModelFile(path);
  expect(model.image).toEqual({ ...image, range: [0, 1], ink: null });
  expect(model.target).toEqual({ kind: "value", size: 1 });
  await run.release();
});

describe("steepest predict", () => {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);
  let run = "";

  beforeAll(async () => {
    const seven =
      '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"><rect width="300" height="200" fill="#eee"/><path d="M40 30H110L70 150" fill="none" stroke="#113" stroke-width="12"/></svg>';
    await sharp(Buffer.from(seven)).jpeg().toFile(at("seven.jpg"));
    await sharp(Buffer.from(seven))
      .rotate(90)
      .jpeg()
      .withMetadata({ orientation: 8 })
      .toFile(at("turned.jpg"));
    await sharp({ create: { width: 28, height: 28, channels: 3, background: "#fff" } })
      .png()
      .toFile(at("blank.png"));
    run = String(
      lastJson(steepest(["train", "digits", "--epochs", "1", "--layers", "64", "--json"], folder)).run,
    );
  }, 60_000);

  it("answers about several pictures, and says of each that cannot be used why", () => {
    const pictures = ["seven.jpg", "turned.jpg", "blank.png", "none.png"];
    const ran = steepest(["predict", run, ...pictures, "--json"], folder);
    expect(ran.code).toBe(1);
    const errors = ran.stderr.split("\n").filter((line) => line.startsWith("steepest: "));
    expect(errors).toEqual([
      expect.stringMatching(/blank\.png: no ink found/),
      expect.stringMatching(/none\.png: no such file/),
    ]);
    const { predictions, notes } = lastJson(ran) as {
      predictions: Record<string, unknown>[];
      notes: string[];
    };
    expect(notes).toEqual([]);
    expect(predictions.map((each) => each.class ?? each.problem)).toEqual([
      "7",
      "7",
      expect.stringMatching(/no ink/),
      expect.stringMatching(/no such file/),
    ]);
    expect(predictions[0]?.done).toEqual([
      "inverted",
      "ground taken off and contrast stretched",
      "cropped to its ink, scaled and centred",
    ]);
    expect(steepest(["predict", run, "seven.jpg"], folder)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^seven\.jpg: 7 {3}\(inverted, .*cropped.*\)\n +0 +[\d.]+ %/),
    });
  });

  it("takes what it is told of the training pictures over what the model says", () => {
    const { predictions } = lastJson(
      steepest(["predict", run, "seven.jpg", "--ink", "none", "--json"], folder),
    ) as {
      predictions: { done: string[] }[];
    };
    expect(predictions[0]?.done).toEqual(["taken whole, scaled to 28 x 28"]);
    expect(steepest(["predict", run, "seven.jpg", "--range", "1"], folder)).toMatchObject({ code: 2 });
    expect(steepest(["predict", run, "seven.jpg", "--no-header"], folder)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--no-header is for models of tables"),
    });
  });

  it("inspects a run folder's model, and misses it in another folder", () => {
    const inspected = steepest(["inspect", run, "--json"], folder);
    expect(lastJson(inspected).file).toBe(join(run, "model.onnx"));
    const wrong = steepest(["inspect", "."], folder);
    expect(wrong.stderr).toMatch(/^steepest: \.: this folder holds no model\.onnx/);
    expect(wrong.code).toBe(1);
  });

  it.skipIf(!existsSync(cases))("shows logits as probabilities (needs the shared cases)", () => {
    const args = [
      "predict",
      join(cases, "onnx/logits-only.onnx"),
      join(cases, "pictures/seven.jpg"),
      "--json",
    ];
    const { predictions } = lastJson(steepest(args)) as {
      predictions: { probabilities: Record<string, number> }[];
    };
    const shares = Object.values(predictions[0]?.probabilities ?? {});
    expect(shares.every((p) => p >= 0 && p <= 1)).toBe(true);
    expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
  });
});
