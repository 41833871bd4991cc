import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { ask, type Prediction } from "../../src/cli/ask.js";
import { pictureFiles } from "../../src/cli/picture-files.js";
import { viewsOf } from "../../src/cli/views.js";
import type { HostTensors, Session } from "../../src/engine/engine.js";
import { graph, input, writeModel } from "../../src/index.js";
import { lastJson, steepest, temporaryFolder } from "../support/cli.js";

const side = 8;
const classes = ["red", "green", "blue"] as const;
const colours = { red: "#d02010", green: "#10d020", blue: "#2010d0" } as const;

const pictureOf = (colour: string): Promise<Buffer> =>
  sharp({ create: { width: 20, height: 16, channels: 3, background: colour } })
    .png()
    .toBuffer();

/** Files in a new folder. */
const tree = (files: Readonly<Record<string, string | Uint8Array>>): string => {
  const folder = temporaryFolder();
  for (const [name, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), contents);
  }
  return folder;
};

/** A model that says which colour the left half of a picture has most of. */
const modelOf = (examples: number | "batch" = "batch"): string => {
  const path = join(temporaryFolder(), "model.onnx");
  const x = input("pixels", [examples, 3, side, side]);
  const strength = graph.mean(graph.slice(x, { axis: 3, end: side / 2 }), [2, 3]);
  writeFileSync(
    path,
    writeModel({
      inputs: [x],
      outputs: { probabilities: graph.softmax(strength.div(32)) },
      metadata: {
        "steepest.target": JSON.stringify({ kind: "class", names: classes }),
        "steepest.image": JSON.stringify({
          ...{ width: side, height: side, channels: 3 },
          ...{ range: [0, 255], ink: null },
        }),
      },
    }),
  );
  return path;
};

const pictures: Record<keyof typeof colours, Buffer> = {
  red: Buffer.of(),
  green: Buffer.of(),
  blue: Buffer.of(),
};
beforeAll(async () => {
  for (const name of classes) pictures[name] = await pictureOf(colours[name]);
});

describe("steepest predict of folders", () => {
  /** Two of each class, one of them in a folder of another. */
  const classFolders = () =>
    tree({
      "red/10.png": pictures.red,
      "red/9.png": pictures.red,
      "green/a.png": pictures.green,
      "green/b.png": pictures.blue,
      "blue/deep/a.png": pictures.blue,
      "unsorted/a.png": pictures.green,
      "readme.txt": "text",
      ".hidden/a.png": pictures.red,
    });

  it("answers all pictures in order, in a line each, and says how many are of their folder's class", () => {
    const folder = classFolders();
    const ran = steepest(["predict", modelOf(), "."], folder);
    expect(ran.stderr).toBe("");
    expect(ran.stdout.trimEnd().split("\n")).toEqual([
      "note: .: 1 file that is no picture left out",
      expect.stringMatching(/^note: the model knows no class called unsorted \(but red, green, blue\)/),
      "picture          answer  probability  folder",
      expect.stringMatching(/^blue\/deep\/a\.png {2}blue +\d\d\.\d\d % {2}blue$/),
      expect.stringMatching(/^green\/a\.png +green +\d\d\.\d\d % {2}green$/),
      expect.stringMatching(/^green\/b\.png +blue +\d\d\.\d\d % {2}green$/),
      expect.stringMatching(/^red\/9\.png +red +\d\d\.\d\d % {2}red$/),
      expect.stringMatching(/^red\/10\.png +red +\d\d\.\d\d % {2}red$/),
      expect.stringMatching(/^unsorted\/a\.png +green +\d\d\.\d\d % {2}–$/),
      "6 pictures: taken whole, scaled to 8 x 8",
      "accuracy 80.00 %: 4 of 5 pictures are of the class that their folder is called by",
    ]);
    expect(ran.code).toBe(0);
  });

  it("prints a line of JSON for each picture, or one for all", () => {
    const folder = classFolders();
    const model = modelOf(4);
    const lines = steepest(["predict", model, "red", "green/b.png", "--json-lines"], folder);
    expect(
      lines.stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { image: "red/9.png", label: "red", class: "red", done: ["taken whole, scaled to 8 x 8"] },
      { image: "red/10.png", label: "red", class: "red" },
      { image: "green/b.png", class: "blue" },
    ]);
    expect(lines.stderr).toMatch(/accuracy 100\.00 %: 2 of 2/);
    const all = lastJson(steepest(["predict", model, "green", "blue", "--json"], folder));
    expect(all).toMatchObject({ labelled: 3, correct: 2, predictions: { length: 3 } });
    expect(all.accuracy).toBeCloseTo(200 / 3, 9);
    expect(steepest(["predict", model, "red", "--json", "--json-lines"], folder).code).toBe(2);
  });

  it("names pictures that cannot be used, and ends, goes on or leaves them out as it is told", async () => {
    const bomb = await sharp({
      create: { width: 20_000, height: 6_000, channels: 3, background: "#000" },
      limitInputPixels: false,
    })
      .png({ compressionLevel: 1 })
      .toBuffer();
    const folder = tree({
      "red/a.png": pictures.red,
      "red/b.png": "nothing like a picture",
      "red/c.png": bomb,
      "red/d.png": pictures.red,
    });
    const model = modelOf();
    const plain = steepest(["predict", model, "red"], folder);
    expect(plain.code).toBe(1);
    expect(plain.stdout).toMatch(/accuracy 100\.00 %: 2 of 2/);
    expect(plain.stderr.trimEnd().split("\n")).toEqual([
      expect.stringMatching(/^steepest: red\/b\.png: not a picture that can be decoded/),
      "steepest: red/c.png: a picture of more than 100 million pixels; make it smaller",
      "2 of 4 pictures could not be used",
    ]);
    const skipped = steepest(["predict", model, "red", "--on-bad", "skip"], folder);
    expect(skipped.code).toBe(0);
    expect(skipped.stderr).toMatch(/^note: left out: red\/b\.png: not a picture/);
    const refused = steepest(["predict", model, "red", "--on-bad", "refuse", "--json"], folder);
    expect(
      refused.stderr
        .trimEnd()
        .split("\n")
        .filter((line) => line.startsWith("steepest: ")),
    ).toEqual([expect.stringMatching(/^steepest: red\/b\.png: not a picture/)]);
    expect([refused.code, refused.stdout]).toEqual([1, ""]);
    const none = steepest(["predict", model, "red/b.png", "--on-bad", "skip"], folder);
    expect(none.code).toBe(1);
  });

  it.each([
    ["an empty folder", {}, ["."], /^\.: this folder is empty; give pictures, or a folder that holds some/],
    [
      "a folder without pictures",
      { "a.txt": "a", "sub/b.csv": "1,2" },
      ["."],
      /^\.: none of the 2 files in this folder is a picture \(jpg, png/,
    ],
  ])("%s is refused in one line", async (_, files, paths, message) => {
    const folder = tree(files);
    await expect(pictureFiles(paths.map((path) => join(folder, path)))).rejects.toThrow(
      new RegExp(message.source.replace(String.raw`^\.`, "")),
    );
    const ran = steepest(["predict", modelOf(), ...paths], folder);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr.replace(/^steepest: /, "")).toMatch(message);
    expect(ran.stderr.trim().split("\n")).toHaveLength(1);
  });
});

describe("pictures that are odd", () => {
  it("are taken as training would take them, and it is said", async () => {
    const wide = await sharp({ create: { width: 8, height: 8, channels: 3, background: colours.red } })
      .toColourspace("rgb16")
      .png()
      .toBuffer();
    const frames = await sharp(Buffer.concat([90, 200].map((grey) => Buffer.alloc(8 * 8 * 3, grey))), {
      raw: { width: 8, height: 16, channels: 3, pageHeight: 8 },
    })
      .gif()
      .toBuffer();
    const grey = await sharp({ create: { width: 3, height: 5, channels: 3, background: "#888" } })
      .toColourspace("b-w")
      .png()
      .toBuffer();
    const folder = tree({ "wide.png": wide, "moving.gif": frames, "small.png": grey });
    const { predictions } = lastJson(
      steepest(["predict", modelOf(), "wide.png", "moving.gif", "small.png", "--json"], folder),
    ) as { predictions: Record<string, unknown>[] };
    expect(predictions.map(({ done }) => done)).toEqual([
      ["16 bits a channel taken with 8", "taken whole, scaled to 8 x 8"],
      ["the first of 2 frames", "taken whole, scaled to 8 x 8"],
      ["taken whole, scaled to 8 x 8"],
    ]);
    expect(predictions[0]?.class).toBe("red");
    const shares = Object.values(predictions[2]?.probabilities ?? {});
    for (const share of shares) expect(share).toBeCloseTo(1 / 3, 5);
  });
});

it("averages over the views that --tta names", async () => {
  const halves = Uint8Array.from({ length: side * side * 3 }, (_, i) => {
    const isLeft = Math.floor(i / 3) % side < side / 2;
    return i % 3 === (isLeft ? 0 : 1) ? 220 : 20;
  });
  const half = await sharp(halves, { raw: { width: side, height: side, channels: 3 } })
    .png()
    .toBuffer();
  const folder = tree({ "half.png": half });
  const red = (args: readonly string[]) => {
    const { predictions } = lastJson(
      steepest(["predict", modelOf(), "half.png", "--json", ...args], folder),
    ) as { predictions: { probabilities: Record<string, number> }[] };
    return predictions[0]?.probabilities.red ?? expect.unreachable();
  };
  expect(red([])).toBeGreaterThan(0.9);
  expect(red(["--tta", "flip"])).toBeCloseTo(0.5, 1);
  const unknown = steepest(["predict", modelOf(), "half.png", "--tta", "spin"], folder);
  expect(unknown.stderr).toMatch(/^steepest: --tta spin: give "flip", "shift", "flip,shift" or "none"\n$/);
  expect(unknown.code).toBe(2);
});

describe("asking", () => {
  const kind = { width: side, height: side, channels: 3, range: [0, 255] } as const;
  const inputOf = (examples: number, fixed: boolean) => ({
    ...{ name: "pixels", shape: [examples, 3, side, side], fixed, dtype: "float32" as const },
    ...{ interleaved: false, kind, assumed: [] },
  });
  const answer = {
    output: "y",
    read: (numbers: readonly number[]) => ({ values: numbers }),
    assumed: [],
  };

  /** Answers the first value of each picture and its last; keeps how many pictures it was asked about at once. */
  const sessionOf = (accepts: (examples: number) => boolean) => {
    const runs: number[] = [];
    const session: Session = {
      run: async (inputs: HostTensors) => {
        const { shape, data } = inputs.pixels ?? expect.unreachable();
        const [examples = 0] = shape;
        runs.push(examples);
        if (!accepts(examples)) throw new Error(`does not take ${examples}\nat all`);
        const size = data.length / examples;
        const ends = Array.from({ length: examples }, (_, i) => [data[i * size], data[(i + 1) * size - 1]]);
        return {
          y: { dtype: "float32", shape: [examples, 2], data: Float32Array.from(ends.flat(), Number) },
        };
      },
      bind: () => expect.unreachable(),
      release: async () => {},
    };
    return { session, runs };
  };

  const filesOf = async (count: number) => {
    const names = Array.from({ length: count }, (_, i) => `${i}.png`);
    const each = await Promise.all(names.map((_, i) => pictureOf(`rgb(${i + 1},0,${i + 1})`)));
    const folder = tree(Object.fromEntries(names.map((name, i) => [name, each[i] ?? Buffer.of()])));
    return (await pictureFiles([folder])).files;
  };

  const all = async (predictions: AsyncIterable<Prediction>) => {
    const found: Prediction[] = [];
    for await (const prediction of predictions) found.push(prediction);
    return found;
  };
  const valuesOf = (found: readonly Prediction[]) =>
    found.map((each) => ("values" in each ? each.values : each));
  const expected = (count: number) => Array.from({ length: count }, (_, i) => [i + 1, i + 1]);

  it("takes as many at once as the model does, and keeps their order", async () => {
    const files = await filesOf(7);
    const three = sessionOf((n) => n === 3);
    const fixed = await all(ask({ session: three.session, input: inputOf(3, true), answer }, files));
    expect(valuesOf(fixed)).toEqual(expected(7));
    expect(three.runs.every((n) => n === 3)).toBe(true);
    const any = sessionOf(() => true);
    const free = await all(ask({ session: any.session, input: inputOf(1, false), answer }, files));
    expect(valuesOf(free)).toEqual(expected(7));
    expect(any.runs).toEqual([7]);
  });

  it("goes on one by one where a model takes no more, and names the picture where it takes none", async () => {
    const files = await filesOf(3);
    const one = sessionOf((n) => n === 1);
    const alone = await all(ask({ session: one.session, input: inputOf(1, false), answer }, files));
    expect(valuesOf(alone)).toEqual(expected(3));
    expect(one.runs).toEqual([3, 1, 1, 1]);
    const { session } = sessionOf(() => false);
    const none = await all(ask({ session, input: inputOf(1, false), answer }, files.slice(0, 1)));
    expect(none).toEqual([
      {
        image: files[0]?.path,
        problem: `${files[0]?.path}: the model does not run on it: does not take 1`,
      },
    ]);
  });

  it("averages the answers over views, the moved ones together counting as much as the picture", async () => {
    const pixels = Float32Array.from({ length: 2 * 3 * 4 }, (_, i) => i * i);
    const layout = { width: 4, height: 3, channels: 2 };
    expect(viewsOf(pixels, layout, {})).toEqual([{ pixels, weight: 1 }]);
    const [own, mirrored] = viewsOf(pixels, layout, { flip: true });
    expect(own).toEqual({ pixels, weight: 0.5 });
    expect([...(mirrored?.pixels ?? [])].slice(0, 8)).toEqual([9, 4, 1, 0, 49, 36, 25, 16]);
    expect(mirrored?.weight).toBe(0.5);
    const [, down, up] = viewsOf(pixels, layout, { shift: 1 });
    // Row 0 is row 1 mirrored beyond the edge, column 0 is column 1.
    expect([...(down?.pixels ?? [])].slice(0, 8)).toEqual([25, 16, 25, 36, 1, 0, 1, 4]);
    expect([...(up?.pixels ?? [])].slice(-4)).toEqual([17, 18, 19, 18].map((i) => i * i));
    expect([down?.weight, up?.weight]).toEqual([1 / 4, 1 / 4]);
    const six = viewsOf(pixels, layout, { shift: 1, flip: true });
    expect(six.map(({ weight }) => weight)).toEqual([1 / 4, 1 / 4, 1 / 8, 1 / 8, 1 / 8, 1 / 8]);

    // A picture whose left and right ends differ: the answer over both views has the mean of them twice.
    const path = join(temporaryFolder(), "ends.png");
    const raw = Uint8Array.from({ length: side * side }, (_, i) => 10 * (i % side));
    await sharp(raw, { raw: { width: side, height: side, channels: 1 } })
      .png()
      .toFile(path);
    const { session, runs } = sessionOf(() => true);
    const asked = { session, input: inputOf(1, false), answer, views: { flip: true } };
    const found = await all(ask(asked, [{ path, folders: [] }]));
    expect(valuesOf(found)).toEqual([[35, 35]]);
    expect(runs).toEqual([1, 1]);
  });
});
