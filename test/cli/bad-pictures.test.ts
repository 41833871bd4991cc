import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { type Outcome, steepest, temporaryFolder } from "../support/cli.js";

type Files = Readonly<Record<string, string | Uint8Array>>;

/** Files in a new folder. */
const tree = (files: Files): string => {
  const folder = join(temporaryFolder(), "photos");
  mkdirSync(folder);
  for (const [name, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), contents);
  }
  return folder;
};

const cache = temporaryFolder();
process.env.XDG_CACHE_HOME = cache;

const plain = (background: string, width = 12, height = 12): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();

/** A number of pictures of a class, each a little different. */
const some = async (name: string, colour: (i: number) => string, count = 10, side = 12): Promise<Files> => {
  const pictures = await Promise.all(Array.from({ length: count }, (_, i) => plain(colour(i), side, side)));
  return Object.fromEntries(pictures.map((picture, i) => [`${name}/${i}.png`, picture]));
};

const parquet = (columns: Parameters<typeof parquetWriteBuffer>[0]["columnData"]): Buffer =>
  Buffer.from(parquetWriteBuffer({ columnData: columns }));

let red: Files = {};
let blue: Files = {};
let picture: Uint8Array = Buffer.of();
let bomb: Uint8Array = Buffer.of();
beforeAll(async () => {
  red = await some("red", (i) => `rgb(${200 + i},0,0)`);
  blue = await some("blue", (i) => `rgb(0,0,${200 + i})`);
  picture = await plain("#123456");
  bomb = await sharp({
    create: { width: 20_000, height: 6_000, channels: 3, background: "#000" },
    limitInputPixels: false,
  })
    .png({ compressionLevel: 1 })
    .toBuffer();
});

/** Trains on what a folder holds, or a file of it. */
const train = (files: Files, args: readonly string[] = [], inside = "") => {
  const folder = tree(files);
  const out = join(temporaryFolder(), "runs");
  const outcome = steepest(["train", "images", join(folder, inside), "--epochs", "1", "--out", out, ...args]);
  return { outcome, out };
};

/** One line that names the cause; no run folder, and nothing half-written among the decoded pictures. */
const expectRefusal = ({ outcome, out }: { outcome: Outcome; out: string }, message: RegExp, code = 1) => {
  const errors = outcome.stderr.split("\n").filter((line) => line.startsWith("steepest: "));
  expect(errors, outcome.stderr).toHaveLength(1);
  expect(errors[0]).toMatch(message);
  expect(outcome.stderr).not.toMatch(/^ {4}at /m);
  expect(outcome.code).toBe(code);
  expect(existsSync(out) ? readdirSync(out) : []).toEqual([]);
  const kept = readdirSync(cache, { recursive: true }).map(String);
  expect(kept.filter((name) => name.includes(".part"))).toEqual([]);
};

describe("train images refuses, in one line,", () => {
  it.each<[string, () => Files, RegExp]>([
    ["an empty folder", () => ({}), /photos: no pictures in it \(jpg, jpeg, png/],
    [
      "a folder of one class",
      () => red,
      /photos: all 10 pictures are of one class, red; a classifier needs two/,
    ],
    [
      "pictures outside of class folders",
      () => ({ "a.png": picture, "b.png": picture }),
      /photos: its 2 pictures lie in no folder of their class; put those of each class into a folder/,
    ],
    [
      "a picture that does not decode",
      () => ({ ...red, ...blue, "red/bad.jpg": "no picture" }),
      /photos\/red\/bad\.jpg: not a picture that can be decoded/,
    ],
    [
      "a picture of too many pixels",
      () => ({ ...red, ...blue, "red/large.png": bomb }),
      /photos\/red\/large\.png: a picture of more than 100 million pixels; make it smaller/,
    ],
    [
      "one picture of each class",
      () => ({ "a/1.png": picture, "b/1.png": picture }),
      /photos: 2 pictures are too few to set some aside to test on; add more/,
    ],
  ])("%s", (_, files, message) => {
    expectRefusal(train(files()), message);
  });

  it("Parquet files without the columns, without labels of classes, or cut short", () => {
    const bytes = [picture, picture, picture].map((each) => new Uint8Array(each));
    const wrong = parquet([
      { name: "scan", data: bytes, type: "BYTE_ARRAY" },
      { name: "weight", data: [0.5, 1.5, 2], type: "DOUBLE" },
    ]);
    expectRefusal(
      train({ "a.parquet": wrong }),
      /a\.parquet: no column of labels .*; it has scan, weight: name the right one with --label-column/,
    );
    expectRefusal(
      train({ "a.parquet": wrong }, ["--image-column", "photo"]),
      /a\.parquet: column "photo" holds no pictures .*; it has scan, weight: .* --image-column/,
    );
    const right = parquet([
      { name: "image", data: bytes, type: "BYTE_ARRAY" },
      { name: "label", data: [0, 1, 0], type: "INT32" },
    ]);
    expectRefusal(
      train({ "a.parquet": right.subarray(0, -30) }, [], "a.parquet"),
      /a\.parquet: not a Parquet file that can be read \(.*\); fetch it again/,
    );
    expectRefusal(
      train({ "a.parquet": parquet([{ name: "image", data: bytes, type: "BYTE_ARRAY" }]) }),
      /a\.parquet: no column of labels/,
    );
  });

  it("pictures of one class where those of the others are left out", () => {
    const files = { ...red, "blue/1.png": "no picture", "blue/2.png": "none" };
    expectRefusal(
      train(files, ["--on-bad", "skip"]),
      /photos: all 10 training pictures are of one class; .* there is none of blue/,
    );
  });

  it("networks that pictures are too small for, and options of another task", () => {
    expectRefusal(
      train({ ...red, ...blue }, ["--model", "vgg", "--size", "3"]),
      /--model vgg does not take pictures of 3 x 3 \(.* does not fit into 1 x 1 .*\): name another, or larger/,
      2,
    );
    const out = join(temporaryFolder(), "runs");
    const outcome = steepest(["train", "digits", "--label-column", "x", "--out", out]);
    expectRefusal({ outcome, out }, /--label-column is for tasks that read pictures: images/, 2);
  });
});

describe("train images takes what can be used, and says what was done:", () => {
  it("pictures left out, other files, mixed sizes and channels, 16 bits, animations", async () => {
    const grey = await sharp({ create: { width: 9, height: 14, channels: 3, background: "#888" } })
      .toColourspace("b-w")
      .png()
      .toBuffer();
    const wide = await sharp({ create: { width: 12, height: 12, channels: 3, background: "#a00" } })
      .toColourspace("rgb16")
      .png()
      .toBuffer();
    const frames = Buffer.concat([90, 200].map((level) => Buffer.alloc(12 * 12 * 3, level)));
    const moving = await sharp(frames, { raw: { width: 12, height: 24, channels: 3, pageHeight: 12 } })
      .gif()
      .toBuffer();
    const files: Files = {
      ...red,
      ...blue,
      ...{ "red/grey.png": grey, "red/wide.png": wide, "blue/moving.gif": moving },
      ...{ "blue/bad.png": "no picture", "blue/large.png": bomb, "blue/Thumbs.db": "x", "notes.txt": "x" },
    };
    const { outcome } = train(files, ["--on-bad", "skip", "--size", "12", "--model", "lenet", "--json"]);
    expect(outcome.stderr).toMatch(/^decoding 25 pictures into 11 kB, kept in /);
    const notes = outcome.stderr.split("\n").filter((line) => line.startsWith("note: "));
    expect(notes).toEqual([
      "note: 2 files that are no pictures left out",
      "note: 1 of 23 pictures is grey: taken as colours",
      expect.stringMatching(
        /^note: 2 pictures left out: .*bad\.png: not a picture.*; .*large\.png: a picture of more/,
      ),
      "note: 1 picture of 16 bits a channel taken with 8",
      "note: 1 animation: its first frame taken",
      "note: 5 of the 23 pictures, the same share of each class, are set aside to test on",
    ]);
    expect(outcome.code).toBe(0);
  });

  it("pictures smaller than what is cut out of them, and too small for the usual network", () => {
    const larger = train({ ...red, ...blue }, ["--size", "48", "--augment", "photo", "--model", "lenet"]);
    expect(larger.outcome.code).toBe(0);
    const smaller = train({ ...red, ...blue }, ["--size", "5"]);
    expect(smaller.outcome.stdout).toMatch(/network resnet20 · /);
    expect(smaller.outcome.code).toBe(0);
  });
});
