import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readModelFile, wholeModel } from "../../src/cli/model-file.js";
import { graph, input, readModel, SteepestError, writeModel } from "../../src/index.js";
import { decodeModel, encodeModel } from "../../src/onnx/codec.js";
import { temporaryFolder } from "../support/cli.js";

const modelWith = (metadata: Readonly<Record<string, string>>): string => {
  const path = join(temporaryFolder(), "model.onnx");
  const x = input("input", ["batch", 2]);
  writeFileSync(path, writeModel({ inputs: [x], outputs: { output: graph.exp(x) }, metadata }));
  return path;
};

it("reads what training wrote beside the network", async () => {
  const image = { width: 2, height: 1, channels: 1 };
  const target = { kind: "class", names: ["no", "yes"] };
  const path = modelWith({
    "steepest.target": JSON.stringify(target),
    "steepest.image": JSON.stringify(image),
  });
  expect(await readModelFile(path)).toMatchObject({ target, image });
  const values = await readModelFile(modelWith({ "steepest.target": '{"kind":"value","size":1}' }));
  expect(values).toMatchObject({ target: { kind: "value", size: 1 }, image: undefined });
});

it.each([
  ["steepest.target", "{"],
  ["steepest.target", "null"],
  ["steepest.target", '{"kind":"class","names":"a"}'],
  ["steepest.image", "28 x 28"],
  ["steepest.image", '{"width":28,"height":0,"channels":1}'],
])("names damaged metadata: %s %s", async (key, text) => {
  const reading = readModelFile(modelWith({ [key]: text }));
  await expect(reading).rejects.toBeInstanceOf(SteepestError);
  await expect(reading).rejects.toThrow(new RegExp(`model\\.onnx: its metadata "${key}" is not what`));
});

it("takes the weights that lie in a file beside the model along", async () => {
  const folder = temporaryFolder();
  const x = input("x", ["batch", 2]);
  const w = input("w", [2]);
  const values = Float32Array.of(3, 4);
  const model = decodeModel(
    writeModel({ inputs: [x], outputs: { y: x.mul(w) }, initializers: new Map([[w, values]]) }),
  );
  for (const tensor of model.graph.initializer ?? []) {
    delete tensor.rawData;
    tensor.dataLocation = 1;
    tensor.externalData = [{ key: "location", value: "weights.bin" }];
  }
  writeFileSync(join(folder, "model.onnx"), encodeModel(model));
  writeFileSync(join(folder, "weights.bin"), values);
  const read = readModel(await wholeModel(await readModelFile(join(folder, "model.onnx"))));
  expect([...read.initializers.values()]).toEqual([values]);
  const alone = modelWith({});
  expect(await wholeModel(await readModelFile(alone))).toEqual(readFileSync(alone));
});
