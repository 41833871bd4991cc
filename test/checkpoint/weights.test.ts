import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadWeights, SteepestError, type StoredTensor, saveWeights, type Weights } from "../../src/index.js";
import { temporaryFolder } from "../support/cli.js";

const zeros = (...shape: number[]): StoredTensor => ({
  dtype: "float32",
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)).map((_, i) => i),
});

const weights = new Map([
  ["body.weight", zeros(3, 2)],
  ["body.bias", zeros(2)],
]);
const parameters = [
  { name: "body.weight", shape: [3, 2] },
  { name: "body.bias", shape: [2] },
];

const saved = async (): Promise<string> => {
  const path = join(temporaryFolder(), "new", "weights.safetensors");
  await saveWeights(path, weights);
  return path;
};

describe("weights in a file", () => {
  it("come back as they were, and nothing else is left in the folder", async () => {
    const path = await saved();
    expect(await loadWeights(path)).toEqual(weights);
    expect(await loadWeights(path, { parameters })).toEqual(weights);
    expect(readdirSync(join(path, ".."))).toEqual(["weights.safetensors"]);
  });

  it("of more than a piece come back whole", async () => {
    const path = join(temporaryFolder(), "w.safetensors");
    const data = new Float32Array(1001000).map((_, i) => i);
    await saveWeights(path, new Map([["large", { dtype: "float32", shape: [1000, 1001], data }]]));
    const back = (await loadWeights(path)).get("large")?.data;
    expect(back?.findIndex((value, i) => value !== data[i])).toBe(-1);
  });

  it("must be those of the parameters", async () => {
    const path = await saved();
    const load = (...places: { name: string; shape: number[] }[]) =>
      loadWeights(path, { parameters: places });
    await expect(load({ name: "head.weight", shape: [1] })).rejects.toThrow(
      `${path}: there is no "head.weight", only body.weight, body.bias; weights of another network, or load with partial: true`,
    );
    await expect(load({ name: "body.weight", shape: [2, 3] })).rejects.toThrow(
      `${path}: "body.weight" has the shape [3,2], the network's has [2,3]`,
    );
    await expect(load({ name: "body.weight", shape: [3, 2] })).rejects.toThrow(
      /"body.bias" is no parameter of the network/,
    );
  });

  it("may be some of them where that is asked for, but of their shapes", async () => {
    const path = await saved();
    const load = (...places: { name: string; shape: number[] }[]) =>
      loadWeights(path, { parameters: places, partial: true });
    const some = await load({ name: "body.bias", shape: [2] }, { name: "head.weight", shape: [2, 5] });
    expect([...some.keys()]).toEqual(["body.bias"]);
    await expect(load({ name: "body.bias", shape: [3] })).rejects.toThrow(/has the shape \[2\]/);
    await expect(load({ name: "head.weight", shape: [2, 5] })).rejects.toThrow(
      /none of its tensors \(body.weight, body.bias\) is a parameter of the network \(head.weight\)/,
    );
  });

  it("that are damaged, missing or no Map are refused in one line", async () => {
    const path = await saved();
    const bytes = readFileSync(path);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(path, bytes);
    await expect(loadWeights(path)).rejects.toThrow(`${path}: its checksum is not that of its content`);
    await expect(loadWeights(join(path, "..", "none"))).rejects.toThrow(
      /none: no such file; give the path of a safetensors file$/,
    );
    await expect(loadWeights(join(path, ".."))).rejects.toThrow(/it is a folder/);
    await expect(saveWeights(path, { a: 1 } as unknown as Weights)).rejects.toThrow(
      "saveWeights: expected a Map of named tensors, got an object",
    );
    await expect(loadWeights(path, { strict: true } as object)).rejects.toThrow(
      /there is no option "strict"/,
    );
  });

  it("leave what was there before where they cannot be written", async () => {
    const path = await saved();
    const before = readFileSync(path);
    const broken = new Map([...weights, ["bad", { ...zeros(2), shape: [3] }]]);
    await expect(saveWeights(path, broken)).rejects.toThrow(SteepestError);
    expect(readFileSync(path)).toEqual(before);
    expect(readdirSync(join(path, ".."))).toEqual(["weights.safetensors"]);
  });
});
