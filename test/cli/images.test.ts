import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { lastJson, steepest, temporaryFolder } from "../support/cli.js";

const classes = ["cross", "ring"] as const;

/** A bright cross or ring on a dark ground, at one of several places. */
const picture = (kind: (typeof classes)[number], i: number, side = 24): Promise<Buffer> => {
  const [x, y] = [8 + (i % 7), 8 + ((i * 3) % 7)];
  const mark =
    kind === "ring"
      ? `<circle cx="${x}" cy="${y}" r="5" fill="none" stroke="#e8c060" stroke-width="2"/>`
      : `<path d="M${x - 5} ${y}h10M${x} ${y - 5}v10" stroke="#60c0e8" stroke-width="2"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"><rect width="100%" height="100%" fill="#${20 + (i % 30)}2430"/>${mark}</svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
};

const folderOf = async (each: number): Promise<string> => {
  const folder = temporaryFolder();
  for (const kind of classes) {
    mkdirSync(join(folder, kind));
    for (let i = 0; i < each; i++) writeFileSync(join(folder, kind, `${i}.png`), await picture(kind, i));
  }
  return folder;
};

let folder = "";

beforeAll(async () => {
  folder = await folderOf(40);
});

describe("steepest train images", () => {
  it("chooses and says what suits a folder of pictures, and leaves a model that knows its classes", () => {
    const out = temporaryFolder();
    const args = [
      "train",
      "images",
      folder,
      "--epochs",
      "3",
      "--model",
      "vgg",
      "--augment",
      "shift",
      "--json",
      "--out",
      out,
    ];
    const trained = steepest([...args, "--learning-rate", "0.01"]);
    expect(trained.stderr).toMatch(
      /16 of the 80 pictures, the same share of each class, are set aside to test on/,
    );
    expect(trained.stderr).toMatch(
      /network vgg · optimizer adam · learningRate 0.01 · schedule cosine · augment shift/,
    );
    expect(trained.code).toBe(0);
    const result = lastJson(trained);
    expect(result.testError).toBeLessThan(20);
    const config = JSON.parse(readFileSync(join(String(result.run), "config.json"), "utf8"));
    expect(config).toMatchObject({
      task: "images",
      augment: "shift",
      command: { options: { data: folder } },
    });
  });

  it("trains a network of its own choice, by the rule and with the views that suit it", () => {
    const trained = steepest([
      "train",
      "images",
      folder,
      "--epochs",
      "1",
      "--json",
      "--out",
      temporaryFolder(),
    ]);
    expect(trained.stderr).toMatch(
      /network speed-s · views flip,shift · optimizer muon · learningRate 0.085 · schedule linear · augment shift/,
    );
    expect(trained.code).toBe(0);
  });

  it("never mirrors strokes on a plain ground, such as letters", async () => {
    const letters = temporaryFolder();
    for (const [letter, d] of [
      ["b", "M8 3v16h6a4 4 0 0 0 0-8h-6"],
      ["d", "M16 3v16h-6a4 4 0 0 1 0-8h6"],
    ] as const) {
      mkdirSync(join(letters, letter));
      for (let i = 0; i < 12; i++) {
        const stroke = `<path d="${d}" transform="translate(${i % 4} ${i % 3})" stroke="#fff" fill="none" stroke-width="2"/>`;
        const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="28" height="28"><rect width="28" height="28"/>${stroke}</svg>`;
        const grey = sharp(Buffer.from(svg)).toColourspace("b-w").png();
        writeFileSync(join(letters, letter, `${i}.png`), await grey.toBuffer());
      }
    }
    const args = ["train", "images", letters, "--epochs", "1", "--json", "--out", temporaryFolder()];
    const trained = steepest(args);
    expect(trained.stderr).toMatch(/network speed-s · views shift · .* · augment affine/);
    expect(trained.code).toBe(0);
  });

  it("measures no larger network where the smallest does not fit into the minutes", () => {
    const trained = steepest(["train", "images", folder, "--minutes", "0.001", "--out", temporaryFolder()]);
    expect(trained.stderr).toMatch(
      /--minutes 0.001: not one epoch fits into it \(speed-s: [^;]*, 0 epochs\)/,
    );
    expect(trained.code).toBe(1);
  });

  it("chooses the epochs that fit into some minutes, and keeps how many they were", () => {
    const args = ["--minutes", "0.3", "--model", "lenet", "--json", "--out", temporaryFolder()];
    const trained = steepest(["train", "images", folder, ...args]);
    expect(trained.stderr).toMatch(/measured for 0.3 minutes: lenet: [\d,]+ examples a second, \d+ epochs/);
    expect(trained.code).toBe(0);
    const { run, epochs } = lastJson(trained);
    const { command } = JSON.parse(readFileSync(join(String(run), "config.json"), "utf8"));
    expect(command.options.epochs).toBe(epochs);
    expect(command.options).not.toHaveProperty("minutes");
  });

  it.each([
    [["train", "images"], /images needs to know where the pictures are/],
    [["train", "images", "nowhere"], /nowhere: no such file or folder/],
    [["train", "digits", "--size", "20"], /--size is for tasks that read pictures: images/],
    [
      ["train", "digits", "--augment", "wild"],
      /--augment wild: there is none of that name; choose from none, shift/,
    ],
    [
      ["train", "toy", "--augment", "shift"],
      /--augment shift is for pictures, which the task's examples are not/,
    ],
    [["train", "digits", "--tta", "flip"], /--tta flip is for networks for pictures/],
    [["train", "digits", "--model", "lenet", "--tta", "both"], /--tta both: give "flip", "shift"/],
    [["train", "digits", "--minutes", "1", "--epochs", "2"], /leave --epochs out, or --minutes/],
    [["train", "mnist", "a", "--data", "b"], /give the data once/],
  ])("%s is refused in one line", (args, message) => {
    const { code, stderr } = steepest([...args, "--out", temporaryFolder()]);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(code).toBe(/no such file/.test(String(message)) ? 1 : 2);
  });
});
