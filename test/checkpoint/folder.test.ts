import {
  copyFileSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromExactJson, toExactJson } from "../../src/checkpoint/exact-json.js";
import { requireSameTraining } from "../../src/checkpoint/fingerprint.js";
import { type Checkpoint, CheckpointFolder } from "../../src/checkpoint/folder.js";
import type { StoredTensor } from "../../src/checkpoint/tensor.js";
import { SteepestError } from "../../src/errors.js";
import { temporaryFolder } from "../support/cli.js";
import { smallDisk } from "../support/small-disk.js";

const tensor = (...values: number[]): StoredTensor => ({
  dtype: "float32",
  shape: [values.length],
  data: Float32Array.from(values),
});

const checkpoint = (step: number, best?: number): Checkpoint => ({
  step,
  tensors: new Map([["weight", tensor(step, 2, 3)]]),
  shared: best === undefined ? {} : { best: { number: best, tensors: new Map([["weight", tensor(best)]]) } },
  state: { step, losses: [Number.NaN, Infinity, -0, 0.1] },
  fingerprint: { seed: 3, optimizer: "adam" },
});

const named = (step: number, name = "checkpoint") => `${name}-${String(step).padStart(9, "0")}.safetensors`;

describe("a folder of checkpoints", () => {
  it("gives back the last one, bit for bit", async () => {
    const folder = new CheckpointFolder(join(temporaryFolder(), "new"));
    expect(await folder.last()).toBeUndefined();
    await folder.write(checkpoint(9, 1));
    await folder.write(checkpoint(10, 1));
    const last = await new CheckpointFolder(folder.path).last();
    expect(last).toStrictEqual({ ...checkpoint(10, 1), path: join(folder.path, named(10)) });
  });

  it("keeps the last two and what they refer to, and nothing else of its own", async () => {
    const folder = new CheckpointFolder(temporaryFolder());
    writeFileSync(join(folder.path, "notes.txt"), "mine");
    for (const [step, best] of [[1], [2, 1], [3, 1], [4, 2]] as const)
      await folder.write(checkpoint(step, best));
    const files = () => readdirSync(folder.path).sort();
    expect(files()).toEqual([named(1, "best"), named(2, "best"), named(3), named(4), "notes.txt"]);
    writeFileSync(join(folder.path, `${named(5)}.0-1.part`), "left by a kill");
    await folder.write(checkpoint(5, 2));
    expect(files()).toEqual([named(2, "best"), named(4), named(5), "notes.txt"]);
  });

  it("writes what several have in common once", async () => {
    const folder = new CheckpointFolder(temporaryFolder());
    await folder.write(checkpoint(1, 7));
    const before = statSync(join(folder.path, named(7, "best"))).ino;
    await folder.write(checkpoint(2, 7));
    expect(statSync(join(folder.path, named(7, "best"))).ino).toBe(before);
  });

  it("goes on where another process ended, also with its best weights", async () => {
    const path = temporaryFolder();
    const first = new CheckpointFolder(path);
    for (const step of [1, 2]) await first.write(checkpoint(step, 1));
    const second = new CheckpointFolder(path);
    const last = await second.last();
    expect(last?.step).toBe(2);
    await second.write(checkpoint(3, 1));
    expect(readdirSync(path).sort()).toEqual([named(1, "best"), named(2), named(3)]);
    expect((await new CheckpointFolder(path).last())?.shared.best?.number).toBe(1);
  });

  it("names its steps in order also where there are many digits", async () => {
    const folder = new CheckpointFolder(temporaryFolder());
    for (const step of [999_999_999, 1_000_000_000]) await folder.write(checkpoint(step));
    expect((await folder.last())?.step).toBe(1_000_000_000);
  });
});

it("a full disk leaves the last good one", async (context) => {
  const disk = smallDisk("1m", context);
  const folder = new CheckpointFolder(join(disk, "checkpoints"));
  const large = (step: number): Checkpoint => ({
    ...checkpoint(step, step),
    tensors: new Map([["weight", { dtype: "float32", shape: [100_000], data: new Float32Array(100_000) }]]),
  });
  for (const step of [1, 2]) await folder.write(large(step));
  const before = readdirSync(folder.path);
  await expect(folder.write(large(3))).rejects.toThrow(
    `cannot write ${join(folder.path, named(3))}: the disk is full; choose another place`,
  );
  expect(readdirSync(folder.path)).toEqual([...before, named(3, "best")].sort());
  expect((await new CheckpointFolder(folder.path).last())?.step).toBe(2);
  rmSync(join(folder.path, named(1)));
  await folder.write(large(3));
  expect((await new CheckpointFolder(folder.path).last())?.step).toBe(3);
});

describe("a checkpoint that cannot be gone on from is refused", () => {
  const written = async () => {
    const folder = new CheckpointFolder(temporaryFolder());
    for (const step of [1, 2]) await folder.write(checkpoint(step, step));
    return folder;
  };

  it("where it was cut off, saying which is before it", async () => {
    const folder = await written();
    const path = join(folder.path, named(2));
    truncateSync(path, statSync(path).size - 1);
    await expect(folder.last()).rejects.toThrow(SteepestError);
    await expect(folder.last()).rejects.toThrow(
      `${path}: its tensors need 12 bytes and there are 11; the file is damaged, or something else than safetensors; remove it to go on from ${named(1)}`,
    );
    rmSync(path);
    expect((await folder.last())?.step).toBe(1);
  });

  it("where its best weights are damaged, missing or others", async () => {
    const folder = await written();
    const best = join(folder.path, named(2, "best"));
    const bytes = readFileSync(best);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(best, bytes);
    await expect(folder.last()).rejects.toThrow(`${best}: its checksum is not that of its content`);
    copyFileSync(join(folder.path, named(1, "best")), best);
    await expect(folder.last()).rejects.toThrow(
      /best-000000002.safetensors beside it is of another checkpoint/,
    );
    rmSync(best);
    await expect(folder.last()).rejects.toThrow(/best-000000002.safetensors: no such file/);
  });

  it("where the only one is no checkpoint", async () => {
    const folder = new CheckpointFolder(temporaryFolder());
    await folder.write(checkpoint(1, 3));
    copyFileSync(join(folder.path, named(3, "best")), join(folder.path, named(1)));
    await expect(folder.last()).rejects.toThrow(/it holds tensors and no checkpoint; begin anew$/);
  });

  it("where it is of another training, naming the first difference", () => {
    const now = { seed: 3, optimizer: "adam", "data.size": 100 };
    requireSameTraining("c", now, { ...now });
    expect(() => requireSameTraining("c", { ...now, optimizer: "momentum", "data.size": 99 }, now)).toThrow(
      'c is of another training: optimizer was "momentum" and is "adam"; train as it was, or begin anew in another folder',
    );
    expect(() => requireSameTraining("c", { seed: 3, optimizer: "adam" }, now)).toThrow(
      /data.size was not there and is 100/,
    );
    expect(() => requireSameTraining("c", now, { seed: 3, optimizer: "adam" })).toThrow(
      /data.size was 100 and is not there/,
    );
  });
});

it("plain data comes back as it was, every number of it", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.double(), fc.constantFrom(-0, Number.NaN, Infinity, -Infinity))),
      (numbers) => {
        expect(fromExactJson(toExactJson({ numbers, text: "NaN", none: null }))).toStrictEqual({
          numbers,
          text: "NaN",
          none: null,
        });
      },
    ),
  );
});
