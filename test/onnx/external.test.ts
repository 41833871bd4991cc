import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { SteepestError } from "../../src/errors.js";
import { inputName } from "../../src/graph/index.js";
import { loadModel } from "../../src/onnx/load.js";
import { readModel } from "../../src/onnx/read.js";
import type { TensorProto } from "../../src/onnx/schema.js";
import { temporaryFolder } from "../support/cli.js";
import { foreign, op } from "./foreign.js";

const numbers = Float32Array.of(9, 1, 2, 3, 4, 9);
const data = new Uint8Array(numbers.buffer);

/** A tensor whose values lie in another file, as PyTorch writes it. */
const elsewhere = (entries: Readonly<Record<string, string>>): TensorProto => ({
  name: "w",
  dims: [4],
  dataType: 1,
  dataLocation: 1,
  externalData: Object.entries(entries).map(([key, value]) => ({ key, value })),
});

const modelWith = (entries: Readonly<Record<string, string>>): Uint8Array =>
  foreign({ nodes: [op("Mul", "x w", "y")], stored: [elsewhere(entries)] });

const usual = { location: "m.onnx.data", offset: "4", length: "16" };

const weightsOf = (model: Parameters<typeof readModel>[0]) =>
  [...readModel(model).initializers].map(([w, values]) => [inputName(w), values]);

/** A folder with a model and the file of its weights. */
const folderWith = (entries: Readonly<Record<string, string>> = usual): string => {
  const folder = join(temporaryFolder(), "model");
  mkdirSync(folder);
  writeFileSync(join(folder, "m.onnx"), modelWith(entries));
  writeFileSync(join(folder, "m.onnx.data"), data);
  writeFileSync(join(folder, "..", "secret"), data);
  return folder;
};

const refusal = async (work: () => unknown): Promise<string> => {
  try {
    await work();
  } catch (error) {
    expect(error).toBeInstanceOf(SteepestError);
    expect((error as SteepestError).message).not.toContain("\n");
    return (error as SteepestError).message;
  }
  throw new Error("nothing was refused");
};

const expected = [["w", Float32Array.of(1, 2, 3, 4)]];

describe("weights in a file beside the model", () => {
  it("are read from a path and from given bytes", async () => {
    expect(weightsOf(await loadModel(join(folderWith(), "m.onnx")))).toEqual(expected);
    expect(weightsOf({ bytes: modelWith(usual), data: { "m.onnx.data": data } })).toEqual(expected);
  });

  it("are read from an address", async () => {
    const address = pathToFileURL(join(folderWith(), "m.onnx"));
    expect(weightsOf(await loadModel(address))).toEqual(expected);
  });

  const shared = new Uint8Array(new SharedArrayBuffer(data.length));
  shared.set(data);
  const shifted = new Uint8Array([0, 0, 0, 0, ...data, 0]);
  it.each<[string, unknown]>([
    ["an ArrayBuffer", data.slice().buffer],
    ["a SharedArrayBuffer", shared.buffer],
    ["a DataView", new DataView(shifted.buffer, 4, data.length)],
    ["numbers", numbers],
    ["numbers of two bytes", new Uint16Array(shifted.buffer, 4, data.length / 2)],
    ["whole numbers in the middle of memory", new Int32Array(shifted.buffer, 4, 6)],
    ["bytes of another realm", runInNewContext("new Uint8Array(bytes)", { bytes: [...data] })],
    ["a buffer of another realm", runInNewContext("new Uint8Array(bytes).buffer", { bytes: [...data] })],
  ])("are its memory where the file is given as %s", (_name, file) => {
    expect(weightsOf({ bytes: modelWith(usual), data: { "m.onnx.data": file as Uint8Array } })).toEqual(
      expected,
    );
  });

  it.each<[string, unknown, RegExp]>([
    [
      "a text",
      { "m.onnx.data": "weights" },
      /"m.onnx.data": … } must be the bytes of that file, got "weights"/,
    ],
    ["a list", { "m.onnx.data": [...data] }, /must be the bytes of that file, got a list of 24/],
    ["null", { "m.onnx.data": null }, /must be the bytes of that file, got null/],
    ["a promise", { "m.onnx.data": Promise.resolve(data) }, /must be the bytes of that file, got a promise/],
    ["bytes without a name", data, /give \{ bytes, data: \{ "m.onnx.data"/],
    ["nothing", undefined, /give \{ bytes, data: \{ "m.onnx.data"/],
    ["null", null, /give \{ bytes, data: \{ "m.onnx.data"/],
  ])("are refused where the files are given as %s", async (_name, files, reason) => {
    const model = { bytes: modelWith(usual), data: files as Record<string, Uint8Array> };
    expect(await refusal(() => readModel(model))).toMatch(reason);
  });

  it("begin at the beginning and are as long as they must be unless told otherwise", () => {
    const model = { bytes: modelWith({ location: "w.bin" }), data: { "w.bin": data.slice(4) } };
    expect(weightsOf(model)).toEqual(expected);
  });

  it("may be those of a constant, and lie in a folder of the model's folder, or behind a link within it", async () => {
    const folder = folderWith({ ...usual, location: "weights/link" });
    mkdirSync(join(folder, "weights"));
    symlinkSync("../m.onnx.data", join(folder, "weights", "link"));
    expect(weightsOf(await loadModel(join(folder, "m.onnx")))).toEqual(expected);
    const { name: _, ...value } = elsewhere(usual);
    const bytes = foreign({ nodes: [op("Constant", "", "c", { value }), op("Mul", "x c", "y")] });
    expect(readModel({ bytes, data: { "m.onnx.data": data } }).inputs).toHaveLength(1);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ["above", { ...usual, location: "../secret" }],
    ["above, from within", { ...usual, location: "a/../../secret" }],
    ["above, as Windows writes it", { ...usual, location: "..\\secret" }],
    ["at an absolute path", { ...usual, location: "/etc/passwd" }],
    ["behind a link that leads out", { ...usual, location: "out" }],
    ["behind a linked folder", { ...usual, location: "up/secret" }],
    ["behind a NUL", { ...usual, location: "m.onnx.data\0" }],
    ["in a folder that is no file", { ...usual, location: "." }],
  ])("are not read from elsewhere: %s", async (_name, entries) => {
    const folder = folderWith(entries);
    symlinkSync("../secret", join(folder, "out"));
    symlinkSync("..", join(folder, "up"));
    expect(await refusal(() => loadModel(join(folder, "m.onnx")))).toMatch(/not in its own folder/);
  });

  it.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ["beyond its end", { ...usual, offset: "12" }, /bytes 12 to 28 of "m.onnx.data", which has 24/],
    ["far beyond its end", { ...usual, offset: "9007199254740991" }, /which has 24/],
    ["too few", { ...usual, length: "12" }, /holds 12 bytes, its shape \[4\] needs 16/],
    ["not a whole number", { ...usual, length: "15" }, /holds 15 bytes, its shape \[4\] needs 16/],
    ["before its beginning", { ...usual, offset: "-4" }, /"-4" as its offset/],
    ["at no number", { ...usual, offset: "0x4" }, /"0x4" as its offset/],
    ["more than can be", { ...usual, length: "1e30" }, /"1e30" as its length/],
    ["without a name", { offset: "4" }, /the model does not name it/],
    ["in a file that is missing", { ...usual, location: "other" }, /"other".*loadModel\(path\)/],
    ["called like a property", { ...usual, location: "constructor" }, /"constructor".*loadModel\(path\)/],
  ])("are refused where they lie %s", async (_name, entries, reason) => {
    const model = { bytes: modelWith(entries), data: { "m.onnx.data": data } };
    expect(await refusal(() => readModel(model))).toMatch(reason);
  });

  it("that is missing is named", async () => {
    const folder = folderWith({ ...usual, location: "other" });
    expect(await refusal(() => loadModel(join(folder, "m.onnx")))).toMatch(
      /"other", but there is no such file beside it/,
    );
    expect(await refusal(() => loadModel(join(folder, "none.onnx")))).toMatch(/none\.onnx: no such file/);
    expect(await refusal(() => loadModel(join(folder, "m.onnx.data")))).toMatch(
      /m\.onnx\.data.*not a whole ONNX model/,
    );
    expect(await refusal(() => readModel(modelWith(usual)))).toMatch(/"m.onnx.data" beside the model/);
  });

  const real = fileURLToPath(new URL("../../../shared/cases/onnx/external-data/small.onnx", import.meta.url));
  it.skipIf(!existsSync(real))("are those of PyTorch's exporter", async () => {
    const { initializers } = readModel(await loadModel(real));
    const stored = readFileSync(`${real}.data`);
    const [weight] = [...initializers].find(([w]) => inputName(w) === "0.weight") ?? [];
    const values = weight && initializers.get(weight);
    expect(values).toEqual(new Float32Array(new Uint8Array(stored).buffer, 0, 160));
  });
});

it("readModel says what it expects instead of something else", async () => {
  for (const wrong of ["model.onnx", Promise.resolve(data), undefined, null, 3, { data }]) {
    expect(await refusal(() => readModel(wrong as unknown as Uint8Array))).toMatch(/await loadModel\(path\)/);
  }
});

it("readModel takes the bytes of a model from whatever memory they are in", () => {
  const bytes = Uint8Array.from(foreign({ nodes: [op("Relu", "x", "y")] }));
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  for (const same of [bytes.slice().buffer, new DataView(bytes.slice().buffer), shared, shared.buffer]) {
    expect(Object.keys(readModel(same as unknown as Uint8Array).outputs)).toEqual(["y"]);
    expect(Object.keys(readModel({ bytes: same as unknown as Uint8Array, data: {} }).outputs)).toEqual(["y"]);
  }
});

it("loadModel says what it expects instead of something else", async () => {
  for (const wrong of [3, undefined, null, {}, Promise.resolve("m")]) {
    expect(await refusal(() => loadModel(wrong as unknown as string))).toMatch(
      /expected an ONNX model as a path, a URL, a File or Blob, a Response or bytes, got /,
    );
  }
  expect(await refusal(() => loadModel(new URL("file://elsewhere/a%2Fm.onnx")))).toMatch(/names no file/);
  expect(await refusal(() => loadModel(new URL("http://127.0.0.1:1/m.onnx")))).toMatch(
    /m.onnx: it cannot be fetched/,
  );
});
