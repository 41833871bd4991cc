import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { digits, graph, input, writeModel } from "../../src/index.js";
import { lastJson, steepest, temporaryFolder } from "../support/cli.js";

const side = 8;
const colours = { red: "#d02010", green: "#10d020", blue: "#2010d0" } as const;

/** Files in a new folder. */
const tree = (files: Readonly<Record<string, string | Uint8Array>>): string => {
  const folder = temporaryFolder();
  for (const [name, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), contents);
  }
  return folder;
};

/** A model that says which colour a picture has most of, calling red, green and blue by these names. */
const modelOf = (names: readonly string[] | null = ["red", "green", "blue"], channels = 3): string => {
  const path = join(temporaryFolder(), "model.onnx");
  const x = input("pixels", ["batch", 3, side, side]);
  const strength = graph.slice(graph.mean(x, [2, 3]), { axis: 1, end: channels });
  const metadata = {
    ...(names && { "steepest.target": JSON.stringify({ kind: "class", names }) }),
    "steepest.image": JSON.stringify({
      ...{ width: side, height: side, channels: 3 },
      ...{ range: [0, 255], ink: null },
    }),
  };
  writeFileSync(
    path,
    writeModel({ inputs: [x], outputs: { probabilities: graph.softmax(strength.div(32)) }, metadata }),
  );
  return path;
};

let red: Buffer;
let green: Buffer;
let blue: Buffer;
beforeAll(async () => {
  const pictureOf = (background: string) =>
    sharp({ create: { width: 20, height: 16, channels: 3, background } })
      .png()
      .toBuffer();
  red = await pictureOf(colours.red);
  green = await pictureOf(colours.green);
  blue = await pictureOf(colours.blue);
});

/** Six pictures, one of them in a folder of another class, and one of a class that the model does not know. */
const photos = () =>
  tree({
    "red/1.png": red,
    "red/2.png": red,
    "green/1.png": green,
    "green/2.png": blue,
    "blue/1.png": blue,
    "blue/2.png": blue,
    "pink/1.png": red,
  });

describe("steepest evaluate", () => {
  it("says how good the answers are, for all and for each class", () => {
    const folder = photos();
    const ran = steepest(["evaluate", modelOf(), "."], folder);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain("note: the model knows no class called pink: such pictures are left out");
    expect(ran.stdout).toContain("1 pictures of classes that the model does not know are left out");
    expect(ran.stdout).toContain("error 16.67 %: 1 of 6 wrong, 95 % interval 3.01 % to 56.35 %");
    expect(ran.stdout).toMatch(/^green +2 +100\.00 % +50\.00 % +66\.67 %$/m);
    expect(ran.stdout).toContain("green taken for blue: 1 times");
  });

  it("as JSON and as a page with the curves", () => {
    const folder = photos();
    const ran = steepest(["evaluate", modelOf(), ".", "--json", "--report", "page.html"], folder);
    const json = lastJson(ran);
    expect(ran.stdout.trimEnd().split("\n")).toHaveLength(1);
    expect(json).toMatchObject({
      ...{ part: "train", examples: 6, leftOut: 1, bad: 0, report: "page.html" },
      confusion: [
        [2, 0, 0],
        [0, 1, 1],
        [0, 0, 2],
      ],
      metrics: { accuracy: 5 / 6, recall: 5 / 6 },
      classes: [{ name: "red", rows: 2 }, { name: "green", recall: 0.5 }, { name: "blue" }],
    });
    expect(json.error).toBeCloseTo(100 / 6, 9);
    const page = readFileSync(join(folder, "page.html"), "utf8");
    for (const text of ["ROC", "Precision over recall", "probabilities be trusted", "green/2.png"])
      expect(page).toContain(text);
    expect(page).not.toContain("NaN");
  });

  it("takes one part of several, and of two classes the one that is asked for", () => {
    const folder = tree({
      "train/red/1.png": red,
      "train/green/1.png": green,
      "test/red/1.png": red,
      "test/red/2.png": green,
      "test/red/3.png": red,
      "test/green/1.png": green,
    });
    const model = modelOf(["red", "green"], 2);
    const told = lastJson(steepest(["evaluate", model, folder, "--json", "--positive", "red"]));
    expect(told).toMatchObject({ part: "test", positive: "red", examples: 4 });
    expect(told.metrics).toMatchObject({ recall: 2 / 3, precision: 1 });
    expect(lastJson(steepest(["evaluate", model, folder, "--json", "--part", "train"]))).toMatchObject({
      part: "train",
      examples: 2,
      error: 0,
    });
    expect(steepest(["evaluate", model, folder, "--part", "validation"]).stderr).toMatch(
      /^steepest: .*: it has no validation part; there are train, test \(--part\)\n$/,
    );
    expect(steepest(["evaluate", model, folder, "--positive", "pink"]).stderr).toContain(
      "--positive pink: there is no such class, but red, green",
    );
  });

  it("takes classes in order where the model does not name them, and refuses data of other classes", () => {
    const folder = tree({ "blue/1.png": blue, "green/1.png": green, "red/1.png": red });
    const ordered = lastJson(steepest(["evaluate", modelOf(null), folder, "--json"]));
    expect(ordered.notes).toContainEqual(
      "the model does not name its classes; they are taken to be blue, green, red, in this order",
    );
    expect(ordered.error).toBeCloseTo(200 / 3, 9);
    const named = ["evaluate", modelOf(null), folder, "--json", "--classes", "red,green,blue"];
    expect(lastJson(steepest(named)).error).toBe(0);
    expect(steepest(["evaluate", modelOf(["cat", "dog", "cow"]), folder]).stderr).toMatch(
      /the model knows none of its classes blue, green, red; it knows cat, dog, cow: give data with these classes/,
    );
    expect(steepest(["evaluate", modelOf(), folder, "--classes", "red,green"]).code).toBe(1);
  });

  it("names pictures that cannot be used", () => {
    const folder = tree({ "red/1.png": red, "red/2.png": "no picture", "green/1.png": green });
    const ran = steepest(["evaluate", modelOf(), folder]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("red/2.png: not a picture that can be decoded");
    expect(steepest(["evaluate", modelOf(), folder, "--on-bad", "skip"]).code).toBe(0);
    expect(steepest(["evaluate", modelOf(), folder, "--on-bad", "refuse"]).stdout).not.toContain("error");
    expect(steepest(["evaluate", modelOf(), join(folder, "nowhere")]).stderr).toMatch(
      /no such file or folder/,
    );
  });

  it("pictures of training are taken as they are: the score is that of training", () => {
    const folder = temporaryFolder();
    const trained = lastJson(
      steepest(["train", "digits", "--epochs", "1", "--layers", "16", "--json"], folder),
    );
    const told = lastJson(steepest(["evaluate", String(trained.run), "digits", "--json"], folder));
    expect(told.examples).toBe(digits({ train: 1, test: 2000 }).test.size);
    expect(told.error).toBeCloseTo(Number(trained.testError), 9);
    expect((told.metrics as { logLoss: number }).logLoss).toBeCloseTo(Number(trained.testLoss), 5);
    expect(steepest(["evaluate", modelOf(), "digits"]).stderr).toContain(
      "its pictures are 28 x 28 in grey, and the model takes 8 x 8 in colour",
    );
  });
});
