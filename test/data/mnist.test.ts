import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { mnist } from "../../src/data/mnist.js";
import { SteepestError } from "../../src/errors.js";
import { rowsOf } from "../support/rows.js";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});
const real = fileURLToPath(new URL("../../../shared/data/mnist", import.meta.url));

const idx = (shape: readonly number[], data: readonly number[], type = 8): Buffer =>
  Buffer.from([
    0,
    0,
    type,
    shape.length,
    ...shape.flatMap((extent) => [0, 0, extent >> 8, extent & 255]),
    ...data,
  ]);

/** A folder with a small valid set, 3 training and 2 test images of 2 × 3 pixels, then changed by `files`. */
const folderWith = (files: Record<string, Buffer | undefined> = {}): string => {
  const folder = mkdtempSync(join(tmpdir(), "steepest-mnist-"));
  folders.push(folder);
  const all = {
    "train-images-idx3-ubyte": idx([3, 2, 3], [...Array(18).keys()]),
    "train-labels-idx1-ubyte.gz": gzipSync(idx([3], [9, 0, 4])),
    "t10k-images.idx3-ubyte.gz": gzipSync(idx([2, 2, 3], [...Array(12).keys()])),
    "t10k-labels.idx1-ubyte": idx([2], [1, 2]),
    ...files,
  };
  for (const [name, content] of Object.entries(all)) if (content) writeFileSync(join(folder, name), content);
  return folder;
};

const refuses = async (folder: string, message: RegExp) => {
  const error = await mnist(folder).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SteepestError);
  const text = error instanceof Error ? error.message : "";
  expect(text).toMatch(message);
  expect(text.startsWith(folder)).toBe(true);
  expect(text).not.toContain("\n");
};

describe("mnist", () => {
  it("reads plain, gzipped and dotted names; any image size", async () => {
    const { train, test } = await mnist(folderWith());
    expect([train.size, test.size]).toEqual([3, 2]);
    const image = { width: 3, height: 2, channels: 1 };
    expect(train.inputs).toEqual({ input: { kind: "float", shape: [6], image } });
    expect(train.targets.target).toMatchObject({ kind: "class", classes: 10 });
    const { inputs, targets: labels } = rowsOf(train, [2, 0]);
    expect([...inputs]).toEqual([12, 13, 14, 15, 16, 17, 0, 1, 2, 3, 4, 5]);
    expect([...labels]).toEqual([4, 9]);
  });

  it("names a missing folder, and a file in its place", async () => {
    await refuses(join(tmpdir(), "steepest-no-such-folder"), /no such folder; give the folder/);
    const folder = folderWith();
    await refuses(join(folder, "train-images-idx3-ubyte"), /is not a folder/);
  });

  it("says which names it looked for", async () => {
    await refuses(
      folderWith({ "t10k-labels.idx1-ubyte": undefined }),
      /t10k-labels-idx1-ubyte, t10k-labels-idx1-ubyte\.gz, t10k-labels\.idx1-ubyte, t10k-labels\.idx1-ubyte\.gz/,
    );
  });

  it("refuses counts that differ", async () => {
    await refuses(
      folderWith({ "train-labels-idx1-ubyte.gz": gzipSync(idx([2], [1, 2])) }),
      /2 labels for the 3 images/,
    );
  });

  it("refuses a label out of range, with its index", async () => {
    await refuses(
      folderWith({ "train-labels-idx1-ubyte.gz": gzipSync(idx([3], [9, 10, 4])) }),
      /label 1 is 10/,
    );
  });

  it("refuses files that hold something else", async () => {
    await refuses(
      folderWith({ "train-images-idx3-ubyte": idx([3], [1, 2, 3]) }),
      /holds \[3\]; expected images/,
    );
    await refuses(folderWith({ "train-images-idx3-ubyte": idx([0, 2, 3], []) }), /holds \[0,2,3\]/);
    await refuses(
      folderWith({ "t10k-labels.idx1-ubyte": idx([2, 1], [1, 2]) }),
      /holds \[2,1\]; expected labels/,
    );
    await refuses(
      folderWith({ "t10k-labels.idx1-ubyte": idx([1], [0, 1], 0x0b) }),
      /expected labels as bytes/,
    );
  });

  it("refuses test images of another size", async () => {
    await refuses(
      folderWith({ "t10k-images.idx3-ubyte.gz": gzipSync(idx([2, 2, 2], Array(8).fill(0))) }),
      /3 x 2 pixels but test images 2 x 2/,
    );
  });

  it("passes on damage with the file's name", async () => {
    const cut = gzipSync(idx([3], [9, 0, 4]));
    await refuses(
      folderWith({ "train-labels-idx1-ubyte.gz": cut.subarray(0, cut.length - 4) }),
      /train-labels.*truncated/,
    );
  });

  it.skipIf(!existsSync(real))("reads the real MNIST", async () => {
    const { train, test } = await mnist(real);
    expect([train.size, test.size]).toEqual([60_000, 10_000]);
    const { inputs, targets: label } = rowsOf(train, [0]);
    expect(label[0]).toBe(5);
    expect(inputs.filter((x) => x > 0).length).toBe(166);
    expect(Math.max(...inputs)).toBe(255);
  });
});
