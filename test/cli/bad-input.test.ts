import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type Outcome, steepest, temporaryFolder } from "../support/cli.js";
import { smallDisk } from "../support/small-disk.js";

/** One line on the error stream that names the cause, the right exit code, and nothing on the output. */
const expectRefusal = (outcome: Outcome, message: RegExp, code = 1) => {
  const errors = outcome.stderr.split("\n").filter((line) => line.startsWith("steepest: "));
  expect(errors, outcome.stderr).toHaveLength(1);
  expect(errors[0]).toMatch(message);
  expect(outcome.stderr).not.toMatch(/^ {4}at /m);
  expect(outcome.code).toBe(code);
};

const idxImages = (count: number, magic = 0x803) => {
  const header = Buffer.alloc(16);
  for (const [i, value] of [magic, count, 28, 28].entries()) header.writeUInt32BE(value, 4 * i);
  return Buffer.concat([header, Buffer.alloc(count * 784, 9)]);
};

const idxLabels = (labels: readonly number[]) => {
  const header = Buffer.alloc(8);
  for (const [i, value] of [0x801, labels.length].entries()) header.writeUInt32BE(value, 4 * i);
  return Buffer.concat([header, Buffer.from(labels)]);
};

/** A folder like MNIST's, whose training part can be spoilt. */
const mnistLike = (images: Buffer, labels: Buffer, spoil = (bytes: Buffer) => bytes): string => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "train-images-idx3-ubyte.gz"), spoil(gzipSync(images)));
  writeFileSync(join(folder, "train-labels-idx1-ubyte.gz"), gzipSync(labels));
  writeFileSync(join(folder, "t10k-images-idx3-ubyte.gz"), gzipSync(idxImages(2)));
  writeFileSync(join(folder, "t10k-labels-idx1-ubyte.gz"), gzipSync(idxLabels([0, 1])));
  return folder;
};

const trainMnist = (folder: string): { outcome: Outcome; out: string } => {
  const out = join(temporaryFolder(), "runs");
  return { outcome: steepest(["train", "mnist", "--data", folder, "--out", out]), out };
};

describe("bad input ends in one line that says what to do", () => {
  const labels = [0, 1, 2, 3];

  it.each([
    ["a missing data folder", () => "/nonexistent/mnist", /\/nonexistent\/mnist: no such folder/],
    [
      "a truncated gzip file",
      () => mnistLike(idxImages(4), idxLabels(labels), (bytes) => bytes.subarray(0, bytes.length - 20)),
      /train-images.*(truncated|corrupt|ends)/i,
    ],
    [
      "a corrupt gzip file",
      () => mnistLike(idxImages(4), idxLabels(labels), (b) => b.fill(7, 12, 40)),
      /train-images/,
    ],
    [
      "a wrong magic number",
      () => mnistLike(idxImages(4, 0x12345678), idxLabels(labels)),
      /magic|not an IDX/i,
    ],
    ["labels out of range", () => mnistLike(idxImages(4), idxLabels([0, 1, 12, 3])), /12/],
    ["different numbers of images and labels", () => mnistLike(idxImages(4), idxLabels([1, 2])), /4.*2|2.*4/],
  ])("%s", (_name, folder, message) => {
    const { outcome, out } = trainMnist(folder());
    expectRefusal(outcome, message);
    // Nothing was started, so nothing was written.
    expect(() => readdirSync(out)).toThrow();
  });

  it.each([
    ["keep 0", ["train", "--keep", "0"], /--keep 0.*no output/, 2],
    ["a negative rate", ["train", "--learning-rate", "-1"], /--learning-rate.*positive/, 2],
    ["an unknown option", ["train", "--learningrate", "1"], /unknown option.*--learningrate/, 2],
    ["far too many threads", ["train", "toy", "--threads", "1000"], /--threads.*whole number from 1 to/, 2],
    [
      "more to watch than there is",
      ["train", "toy", "--validation", "1000"],
      /--validation 1000: .* below the 1000/,
      2,
    ],
    [
      "nothing to watch",
      ["train", "toy", "--validation", "0", "--early-stopping", "3"],
      /--early-stopping 3 .*--validation/,
      2,
    ],
    ["data for what makes its own", ["train", "digits", "--data", "x"], /--data x: digits makes its own/, 2],
    ["no place", ["train", "toy", "--out", ""], /--out.*name of a folder/, 2],
    ["epochs without end", ["train", "toy", "--epochs", "1e30"], /--epochs.*at most 1000000000/, 2],
    ["too short a range test", ["tune-rate", "toy", "--steps", "5"], /--steps.*at least 20/, 2],
    ["an option of another library", ["train", "--dropout", "0.5"], /--dropout: --keep gives/, 2],
    ["an unknown task", ["train", "imagenet"], /imagenet.*digits, mnist, toy/, 2],
    ["an unknown optimiser", ["train", "--optimizer", "sgdd"], /sgdd.*momentum/, 2],
    ["mnist without data", ["train", "mnist"], /--data/, 2],
    ["an unknown command", ["trian"], /unknown command 'trian'/, 2],
    ["a missing recipe", ["train", "nowhere.ts"], /nowhere\.ts: no such recipe/, 1],
  ] as const)("%s", (_name, args, message, code) => {
    expectRefusal(steepest([...args]), message, code);
  });

  it("an output folder that cannot be made", () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "in the way");
    expectRefusal(
      steepest(["train", "toy", "--out", join(file, "runs")]),
      /cannot create the folder.*file, not a folder/,
    );
  });

  it("a model that is not ONNX", () => {
    const path = join(temporaryFolder(), "model.onnx");
    for (const content of ["this is no model", "", "\u0000\u0001\u0002"]) {
      writeFileSync(path, content);
      expectRefusal(steepest(["inspect", path]), /not an ONNX model/);
      expectRefusal(steepest(["predict", path, "x.png"]), /not an ONNX model/);
    }
    expectRefusal(steepest(["inspect", "/nonexistent.onnx"]), /no such file/);
  });

  const recipe = (body: string): string => {
    const path = join(temporaryFolder(), "recipe.ts");
    writeFileSync(
      path,
      `import { blobs, defineRecipe, linear, residual, relu, sequential } from "steepest";\n${body}`,
    );
    return path;
  };

  it.each([
    [
      "a type error",
      "const n: number = 'five';\nexport default defineRecipe({ name: 'x', data: blobs(), network: linear(n) });",
      /type error.*TS2322/,
    ],
    [
      "a value of the wrong type",
      "export default { name: 'x', data: blobs(), network: linear(3), epochs: 'five' };",
      /epochs/,
    ],
    ["no recipe", "console.log(blobs, defineRecipe, linear);", /default/],
    ["an exception", "throw new Error('the dog ate it');", /the dog ate it/],
    [
      "layers that do not fit",
      "export default defineRecipe({ name: 'x', data: blobs(), network: sequential(linear(4), residual(linear(5), relu()), linear(3)) });",
      /residual1.*\[batch, 4\].*\[batch, 5\]/,
    ],
    [
      "outputs that do not match the classes",
      "export default defineRecipe({ name: 'x', data: blobs(), network: linear(7) });",
      /7 outputs.*3.*classes.*linear\(3\)/,
    ],
  ])("a recipe with %s", (_name, body, message) => {
    expectRefusal(steepest(["train", recipe(body), "--out", temporaryFolder()]), message);
  });

  it("divergence names the step and keeps the run", () => {
    const out = temporaryFolder();
    const outcome = steepest([
      "train",
      "toy",
      "--optimizer",
      "gradient-descent",
      "--learning-rate",
      "1e30",
      "--schedule",
      "constant",
      "--out",
      out,
    ]);
    expectRefusal(outcome, /diverged at step \d+.*learning rate/);
    const [run] = readdirSync(out);
    expect(readdirSync(join(out, String(run)))).toEqual(
      expect.arrayContaining(["model.onnx", "report.html"]),
    );
  });

  it("a full disk", (context) => {
    const disk = smallDisk("64k", context);
    const outcome = steepest(["train", "--epochs", "1", "--out", disk]);
    expectRefusal(outcome, /the disk is full; the results are in \S+ instead/);
    const [, rescue = ""] = /the results are in (\S+) instead/.exec(outcome.stderr) ?? [];
    expect(readdirSync(rescue)).toEqual(expect.arrayContaining(["model.onnx", "report.html", "result.json"]));
    expect(outcome.stdout).toContain(join(rescue, "model.onnx"));
    const [run] = readdirSync(disk);
    const left = readdirSync(join(disk, String(run)));
    expect(left).not.toContain("model.onnx");
    expect(left.filter((name) => name.endsWith(".part"))).toEqual([]);
  });
});

describe("a run that cannot begin", () => {
  it("leaves no folder behind", () => {
    const out = temporaryFolder();
    const outcome = steepest(["train", "toy", "--layers", "900000000", "--out", out]);
    expectRefusal(outcome, /memory ends at 4 GiB/);
    expect(readdirSync(out)).toEqual([]);
  });
});
