import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { take } from "../../../src/data/subset.js";
import {
  accuracy,
  blobs,
  type Callback,
  csvLog,
  digits,
  dropout,
  fit,
  jsonLines,
  linear,
  relu,
  sequential,
  tensorBoard,
} from "../../../src/index.js";
import { crc32c, maskedCrc32c } from "../../../src/train/trackers/crc32c.js";
import { histogramOf } from "../../../src/train/trackers/event-file.js";
import { temporaryFolder } from "../../support/cli.js";
import { pythonWith, withPython } from "../../support/python.js";

const data = () => ({ train: blobs({ n: 160, seed: 1 }), test: blobs({ n: 60, seed: 2 }) });
const train = (callbacks: Callback[], options = {}) =>
  fit(sequential(linear(8), relu(), dropout({ keep: 0.8 }), linear(3)), data(), {
    epochs: 3,
    batchSize: 32,
    validation: 0.25,
    seed: 3,
    metrics: { "of all, right": accuracy() },
    callbacks,
    ...options,
  });

/** Ends the training in its second epoch. */
const stopping: Callback = { onStepEnd: ({ trainer, stop }) => void (trainer.steps === 6 && stop()) };

describe("crc32c", () => {
  it("is that of RFC 3720, B.4", () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
    expect(crc32c(new TextEncoder().encode("123456789"))).toBe(0xe3069283);
  });

  it("is masked as TensorFlow does it", () => {
    const crc = 0x46dd794e;
    const turned = ((BigInt(crc) >> 15n) | (BigInt(crc) << 17n)) & 0xffffffffn;
    expect(BigInt(maskedCrc32c(Uint8Array.from({ length: 32 }, (_, i) => i)))).toBe(
      (turned + 0xa282ead8n) % 2n ** 32n,
    );
  });
});

describe("csvLog and jsonLines", () => {
  it("write a row for each epoch, and new columns where some appear later", async () => {
    const folder = temporaryFolder();
    const [table, lines] = [join(folder, "m.csv"), join(folder, "m.jsonl")];
    const run = await train([csvLog(table), jsonLines(lines)], { sharpness: { every: 2, examples: 40 } });
    const [head = "", ...rows] = readFileSync(table, "utf8").trimEnd().split("\n");
    expect(head).toBe(
      'epoch,steps,train.loss,train.error,validation.loss,validation.error,"validation.of all, right",learningRate,sharpness,samplesPerSecond,seconds',
    );
    expect(rows.map((row) => row.split(",").slice(0, 3).map(Number))).toEqual(
      run.epochs.map(({ epoch, steps, train }) => [epoch, steps, train.loss]),
    );
    // The third epoch was not measured, and its place is empty.
    expect(rows.map((row) => row.split(",").at(-3) === "")).toEqual([true, false, true]);
    const read = readFileSync(lines, "utf8").trimEnd().split("\n");
    expect(read.map((line) => JSON.parse(line))).toEqual(run.epochs);
  });

  it("go on with their files where training goes on", async () => {
    const folder = temporaryFolder();
    const files = [join(folder, "m.csv"), join(folder, "m.jsonl")] as const;
    const trackers = () => [csvLog(files[0]), jsonLines(files[1])];
    const checkpoint = { folder: join(folder, "checkpoints") };
    await train([...trackers(), stopping], { checkpoint });
    const run = await train([...trackers(), {}], { checkpoint, resume: true });
    expect(run.epochs).toHaveLength(3);
    for (const file of files) {
      const rows = readFileSync(file, "utf8").trimEnd().split("\n");
      expect(rows.length - (file.endsWith("csv") ? 1 : 0)).toBe(3);
    }
  });

  it("do not end a training where they cannot write", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "file"), "");
    const told: string[] = [];
    const onProblem = (line: string) => void told.push(line);
    const path = join(folder, "file", "m.csv");
    const trackers = [
      csvLog(path, { onProblem }),
      jsonLines(path, { onProblem }),
      tensorBoard(path, { onProblem }),
    ];
    expect((await train(trackers)).epochs).toHaveLength(3);
    expect(told).toHaveLength(3);
    expect(told[0]).toMatch(/^csvLog: cannot .*a file of that name is in the way.*; training goes on$/);
  });

  it("say what they take", () => {
    expect(() => csvLog("")).toThrow("csvLog: expected the path of a file");
    expect(() => jsonLines("a", { file: 1 } as never)).toThrow('jsonLines: there is no option "file"');
    expect(() => tensorBoard("a", { images: -1 })).toThrow(
      "tensorBoard: images is -1; expected a whole number",
    );
  });
});

describe("tensorBoard", () => {
  it("changes nothing of the training", async () => {
    const watched = await train([tensorBoard(temporaryFolder(), { everySteps: 1 })]);
    const plain = await train([]);
    expect(await watched.weights()).toEqual(await plain.weights());
    const losses = ({ epochs }: typeof plain) => epochs.map(({ train, validation }) => [train, validation]);
    expect(losses(watched)).toEqual(losses(plain));
  });

  it("counts each finite value in one part of its histogram", () => {
    const { counts, limits, count, sum } = histogramOf([0, 1, 2, 3, 30, Number.NaN]);
    expect([count, sum, counts.reduce((a, b) => a + b), limits.at(-1)]).toEqual([5, 36, 5, 30]);
    expect(counts.slice(0, 4)).toEqual([1, 1, 1, 1]);
    expect(histogramOf([2, 2])).toMatchObject({ limits: [2], counts: [2] });
    expect(histogramOf([])).toMatchObject({ count: 0, counts: [0] });
  });

  const python = pythonWith("tensorboard");
  it.skipIf(!python)(withPython("is read by TensorBoard", "tensorboard", python), async () => {
    const folder = temporaryFolder();
    const { train: all } = await digits();
    const part = take(all, 96);
    const settings = { units: 4, rule: "adam", shuffled: true };
    const run = await fit(
      linear(10),
      { train: part, validation: part, test: part },
      {
        epochs: 2,
        batchSize: 32,
        callbacks: [tensorBoard(folder, { settings, images: 2, everySteps: 2 })],
      },
    );
    const script = fileURLToPath(new URL("tensor_board.py", import.meta.url));
    const { stdout, stderr, status } = spawnSync(python ?? "", [script, folder], { encoding: "utf8" });
    expect(status, stderr).toBe(0);
    const read = JSON.parse(stdout);
    expect(readdirSync(folder)).toHaveLength(1);
    const curve = (of: (epoch: (typeof run.epochs)[number]) => number | undefined) =>
      run.epochs.map((epoch) => [epoch.steps, Math.fround(of(epoch) ?? Number.NaN)]);
    expect(read.scalars).toMatchObject({
      "loss/train": curve(({ train }) => train.loss),
      "loss/validation": curve(({ validation }) => validation?.loss),
      "error/validation": curve(({ validation }) => validation?.error),
      learningRate: curve(({ learningRate }) => learningRate),
      "error/test": [[6, Math.fround(run.test?.error ?? Number.NaN)]],
    });
    expect(read.scalars["batch loss"].map(([step]: number[]) => step)).toEqual([2, 4, 6]);
    const [name = ""] = run.parameters.filter(({ role }) => role === "weight").map((each) => each.name);
    const weights = (await run.weights()).get(name) ?? new Float32Array();
    const spread = read.histograms[`weights/${name}`];
    expect(spread.map(([step]: number[]) => step)).toEqual([0, 3, 6]);
    const [, count, sum, , , inBuckets] = spread[run.keptEpoch];
    expect([count, inBuckets]).toEqual([weights.length, weights.length]);
    expect(sum).toBeCloseTo(
      weights.reduce((a, b) => a + b, 0),
      3,
    );
    expect(read.histograms[`gradients/${name}`]).toHaveLength(3);
    expect(read.images).toEqual({
      "training pictures/1": [0, 28, 28, "89504e470d0a1a0a"],
      "training pictures/2": [0, 28, 28, "89504e470d0a1a0a"],
    });
    expect(read.hparams).toEqual(settings);
    expect(read.status).toBe(1);
  });
});
