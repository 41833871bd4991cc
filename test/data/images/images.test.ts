import { createWriteStream, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { readFile, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import sharp from "sharp";
import { pack } from "tar-stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ZipFile } from "yazl";
import type { Dataset } from "../../../src/data/dataset.js";
import { type ImagesOptions, type ImagesProgress, images } from "../../../src/data/images.js";
import { green, plainPicture, red, writeTree } from "./pictures.js";

const folder = mkdtempSync(join(tmpdir(), "steepest-images-"));
afterAll(() => rmSync(folder, { recursive: true }));
const cifar = fileURLToPath(new URL("../../../../shared/data/cifar10", import.meta.url));

let redPng: Buffer;
let greenPng: Buffer;
beforeAll(async () => {
  redPng = await plainPicture(red);
  greenPng = await plainPicture(green);
});

const uncached = { cache: false } satisfies ImagesOptions;
const place = (name: string) => join(folder, name);

/** All examples: class names, and the first pixel of each channel. */
const contents = async (data: Dataset) => {
  const shape = data.inputs.input?.shape ?? [];
  const [channels = 0, height = 0, width = 0] = shape;
  const size = channels * height * width;
  const inputs = { input: new Float32Array(data.size * size) };
  const targets = { target: new Int32Array(data.size) };
  await data.read(
    Array.from({ length: data.size }, (_, i) => i),
    { inputs, targets },
  );
  const target = data.targets.target;
  const names = target?.kind === "class" ? target.names : undefined;
  return {
    shape,
    classes: [...targets.target].map((label) => names?.[label]),
    colours: [...targets.target].map((_, i) =>
      Array.from({ length: channels }, (_, c) => inputs.input[i * size + c * height * width]),
    ),
    inputs: inputs.input,
  };
};

describe("folders of pictures", () => {
  it("take the class from the folder, channels apart, numbers in names as numbers", async () => {
    const path = await writeTree(place("classes"), {
      "red10/a.png": redPng,
      "red2/b.PNG": redPng,
      "green/x/c.png": greenPng,
      "green/notes.txt": "not a picture",
      ".hidden/d.png": redPng,
    });
    const { train, test, notes } = await images(path, uncached);
    expect(await contents(train)).toMatchObject({
      shape: [3, 6, 8],
      classes: ["green", "red2", "red10"].map((name) => name),
      colours: [
        [green.r, green.g, green.b],
        [red.r, red.g, red.b],
        [red.r, red.g, red.b],
      ],
    });
    expect(test).toBeUndefined();
    expect(notes).toEqual(["1 file that is no picture left out"]);
    expect(train.inputs.input?.image).toEqual({ width: 8, height: 6, channels: 3 });
    await expect(images(path, { ...uncached, labelColumn: "kind" })).rejects.toThrow(
      /`labelColumn` names a column of Parquet files, and it holds none; leave it out/,
    );
  });

  it("have parts where their folders are called so", async () => {
    const path = await writeTree(place("parts"), {
      "train/red/a.png": redPng,
      "train/green/b.png": greenPng,
      "val/green/c.png": greenPng,
      "test/red/d.png": redPng,
      "loose.png": redPng,
    });
    const { train, validation, test, notes } = await images(path, uncached);
    expect([train.size, validation?.size, test?.size]).toEqual([2, 1, 1]);
    expect((await contents(validation as Dataset)).classes).toEqual(["green"]);
    expect(notes).toEqual(["pictures in no class's folder left out: loose.png"]);
  });

  it("are turned as the camera says", async () => {
    const wide = await sharp({ create: { width: 8, height: 4, channels: 3, background: red } })
      .composite([
        { input: { create: { width: 4, height: 4, channels: 3, background: green } }, left: 0, top: 0 },
      ])
      .png()
      .toBuffer();
    // Orientation 6: the camera was held so that the picture is to be turned right by 90 degrees.
    const turned = await sharp(wide).withMetadata({ orientation: 6 }).png().toBuffer();
    const path = await writeTree(place("exif"), { "a/a.png": turned, "b/b.png": turned });
    const { shape, inputs } = await contents((await images(path, uncached)).train);
    expect(shape).toEqual([3, 8, 4]);
    // The green left half lies on top.
    expect([inputs[0], inputs[7 * 4]]).toEqual([green.r, red.r]);
  });

  it("of mixed sizes and channels come to one, and it is said", async () => {
    const grey = await sharp({ create: { width: 5, height: 9, channels: 3, background: "#808080" } })
      .toColourspace("b-w")
      .png()
      .toBuffer();
    const path = await writeTree(place("mixed"), { "a/a.png": redPng, "a/b.png": redPng, "b/b.png": grey });
    const { train, notes } = await images(path, uncached);
    expect(train.inputs.input?.shape).toEqual([3, 5, 5]);
    expect((await contents(train)).colours[2]).toEqual([128, 128, 128]);
    expect(notes).toEqual([
      "1 of 3 pictures is grey: taken as colours",
      "pictures of 2 sizes, 8 x 6 (2), 5 x 9 (1): the middle of each scaled to 5 x 5; another size can be asked for",
    ]);
    const chosen = await images(path, { ...uncached, size: [4, 3], channels: 1 });
    expect(chosen.train.inputs.input?.shape).toEqual([1, 4, 3]);
    expect(chosen.notes).toEqual([]);
  });

  it("say what is done to pictures of 16 bits, to animations and to transparent ones", async () => {
    const deep = await sharp(
      Uint16Array.from({ length: 8 * 6 * 3 }, () => 0x80ff),
      {
        raw: { width: 8, height: 6, channels: 3 },
      },
    )
      .toColourspace("rgb16")
      .png()
      .toBuffer();
    const frames = await sharp(Buffer.concat([Buffer.alloc(8 * 6 * 3, 77), Buffer.alloc(8 * 6 * 3, 200)]), {
      raw: { width: 8, height: 12, channels: 3, pageHeight: 6 },
    })
      .gif()
      .toBuffer();
    const clear = await sharp({
      create: { width: 8, height: 6, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer();
    const path = await writeTree(place("odd"), {
      "a/deep.png": deep,
      "a/moving.gif": frames,
      "b/clear.png": clear,
    });
    const { train, notes } = await images(path, uncached);
    const { shape, colours } = await contents(train);
    expect(shape).toEqual([3, 6, 8]);
    expect(notes).toEqual([
      "1 picture of 16 bits a channel taken with 8",
      "1 animation: its first frame taken",
    ]);
    expect(colours[0]?.[0]).toBe(0x80);
    expect(colours[2]).toEqual([255, 255, 255]);
  });

  it("are refused where they cannot work, in one line", async () => {
    const one = await writeTree(place("one"), { "cats/a.png": redPng, "cats/b.png": redPng });
    await expect(images(one, uncached)).rejects.toThrow(
      `${one}: all 2 pictures are of one class, cats; a classifier needs two or more: give the folder that holds a folder for each class`,
    );
    const flat = await writeTree(place("flat"), { "a.png": redPng, "b.png": redPng });
    await expect(images(flat, uncached)).rejects.toThrow(
      `${flat}: its 2 pictures lie in no folder of their class; put those of each class into a folder of its name`,
    );
    const none = await writeTree(place("none"), { "a/x.txt": "x" });
    await expect(images(none, uncached)).rejects.toThrow(/no pictures in it \(jpg, jpeg, png/);
    await expect(images(place("absent"), uncached)).rejects.toThrow(/absent: no such file or folder/);
    const text = join(await writeTree(place("text"), { "a.csv": "1,2,3" }), "a.csv");
    await expect(images(text, uncached)).rejects.toThrow(/neither a folder of pictures nor a Parquet/);
    const onlyTest = await writeTree(place("onlytest"), { "test/a/a.png": redPng, "test/b/b.png": redPng });
    await expect(images(onlyTest, uncached)).rejects.toThrow(/it has no train folder beside test; add one/);
  });

  it("name a picture that does not decode, or leave it out where asked to", async () => {
    const cut = (await plainPicture(red, { width: 64, height: 64, format: "jpeg" })).subarray(0, -40);
    const path = await writeTree(place("damaged"), {
      "a/a.png": redPng,
      "a/broken.jpg": "nothing like a picture",
      "a/cut.jpg": cut,
      "b/b.png": greenPng,
    });
    await expect(images(path, { ...uncached, size: 6, channels: 3 })).rejects.toThrow(
      /damaged\/a\/(broken|cut)\.jpg: not a picture that can be decoded/,
    );
    const { train, notes } = await images(path, { ...uncached, size: 6, channels: 3, onBad: "skip" });
    expect((await contents(train)).classes).toEqual(["a", "b"]);
    expect(notes[0]).toMatch(/^2 pictures left out: .*broken\.jpg: not a picture.*; .*cut\.jpg/);
    const without = await images(path, { ...uncached, onBad: "skip" });
    expect(without.train.inputs.input?.shape).toEqual([3, 6, 8]);
  });

  it("refuse a picture that claims more pixels than a machine can hold", async () => {
    const bomb = await sharp({
      create: { width: 20_000, height: 6_000, channels: 3, background: "#000" },
      limitInputPixels: false,
    })
      .png({ compressionLevel: 1 })
      .toBuffer();
    const path = await writeTree(place("bomb"), { "a/a.png": redPng, "b/bomb.png": bomb });
    await expect(images(path, uncached)).rejects.toThrow(
      /b\/bomb\.png: a picture of more than 100 million pixels; make it smaller/,
    );
  });
});

describe("archives of pictures", () => {
  const tar = async (name: string, packed: (bytes: Buffer) => Buffer) => {
    const archive = pack();
    archive.entry({ name: "set/red/a.png" }, redPng);
    archive.entry({ name: "set/green/b.png" }, greenPng);
    archive.entry({ name: "set/readme.md" }, "text");
    archive.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of archive) chunks.push(chunk as Buffer);
    const path = place(name);
    await writeFile(path, packed(Buffer.concat(chunks)));
    return path;
  };
  const zip = async (name: string) => {
    const archive = new ZipFile();
    archive.addBuffer(redPng, "set/red/a.png");
    archive.addBuffer(greenPng, "set/green/b.png", { compress: false });
    archive.addBuffer(Buffer.from("text"), "set/readme.md");
    archive.end();
    const path = place(name);
    await pipeline(archive.outputStream, createWriteStream(path));
    return path;
  };

  it("are read as the folder that they hold", async () => {
    const paths = [
      await zip("set.zip"),
      await tar("set.tar", (b) => b),
      await tar("set.tgz", (b) => gzipSync(b)),
    ];
    for (const path of paths) {
      const { train, notes } = await images(path, uncached);
      expect(await contents(train)).toMatchObject({
        classes: ["green", "red"],
        colours: [
          [green.r, green.g, green.b],
          [red.r, red.g, red.b],
        ],
      });
      expect(notes).toEqual(["1 file that is no picture left out"]);
    }
  });

  it("that end early are refused, whatever their kind", async () => {
    for (const path of [await zip("cut.zip"), await tar("cut.tgz", (b) => gzipSync(b))]) {
      await truncate(path, 150);
      await expect(images(path, uncached)).rejects.toThrow(
        /cut\.(zip|tgz): not a (ZIP file|tar archive) that can be read/,
      );
    }
    const path = await tar("cut.tar", (b) => b);
    await truncate(path, 600);
    await expect(images(path, uncached)).rejects.toThrow(/cut\.tar: not a tar archive that can be read/);
  });
});

describe("Parquet files of pictures", () => {
  const write = async (
    name: string,
    columns: Parameters<typeof parquetWriteBuffer>[0]["columnData"],
    kv?: Readonly<Record<string, unknown>>,
  ) => {
    const path = place(name);
    const kvMetadata = Object.entries(kv ?? {}).map(([key, value]) => ({
      key,
      value: JSON.stringify(value),
    }));
    const bytes = parquetWriteBuffer({ columnData: columns, ...(kv ? { kvMetadata } : {}), rowGroupSize: 2 });
    await writeFile(path, Buffer.from(bytes));
    return path;
  };
  const pictures = () => [redPng, greenPng, redPng].map((bytes) => new Uint8Array(bytes));

  it("give pictures and names of classes", async () => {
    const features = { info: { features: { label: { names: ["red", "green"], _type: "ClassLabel" } } } };
    const path = await write(
      "named.parquet",
      [
        { name: "image", data: pictures(), type: "BYTE_ARRAY" },
        { name: "label", data: [0, 1, 0], type: "INT32" },
      ],
      { huggingface: features },
    );
    const { train } = await images(path, uncached);
    expect(await contents(train)).toMatchObject({
      classes: ["red", "green", "red"],
      colours: [
        [red.r, red.g, red.b],
        [green.r, green.g, green.b],
        [red.r, red.g, red.b],
      ],
    });
  });

  it("may have texts as labels, and columns of other names", async () => {
    const path = await write("texts.parquet", [
      { name: "scan", data: pictures(), type: "BYTE_ARRAY" },
      { name: "kind", data: ["x", "b", "x"], type: "STRING" },
      { name: "weight", data: [1, 2, 3], type: "INT32" },
    ]);
    const { train } = await images(path, { ...uncached, imageColumn: "scan", labelColumn: "kind" });
    expect((await contents(train)).classes).toEqual(["x", "b", "x"]);
    await expect(images(path, { ...uncached, imageColumn: "scan" })).rejects.toThrow(
      /no column of labels .*; it has scan, kind, weight: name the right one with `labelColumn`/,
    );
    await expect(images(path, { ...uncached, imageColumn: "photo" })).rejects.toThrow(
      /column "photo" holds no pictures/,
    );
  });

  it("are refused where labels are no classes or the file is damaged", async () => {
    const path = await write("negative.parquet", [
      { name: "img", data: pictures(), type: "BYTE_ARRAY" },
      { name: "label", data: [0, -1, 1], type: "INT32" },
    ]);
    await expect(images(path, uncached)).rejects.toThrow(/label -1 is no class; classes count from 0/);
    await truncate(path, 200);
    await expect(images(path, uncached)).rejects.toThrow(
      /negative\.parquet: not a Parquet file that can be read/,
    );
  });

  it.skipIf(!existsSync(cifar))("read CIFAR-10 as Hugging Face lays it out", async () => {
    const cache = place("cifar-cache");
    const { test } = await images(join(cifar, "test.parquet"), { cache }).then(({ train }) => ({
      test: train,
    }));
    expect(test.size).toBe(10_000);
    expect(test.inputs.input?.shape).toEqual([3, 32, 32]);
    const target = test.targets.target;
    expect(target?.kind === "class" && target.names?.slice(0, 2)).toEqual(["airplane", "automobile"]);
    const first = await contents(test);
    const again = await images(join(cifar, "test.parquet"), { cache });
    // A loop: comparing thirty million numbers by toEqual takes minutes.
    const { inputs } = await contents(again.train);
    expect(inputs.findIndex((value, i) => value !== first.inputs[i])).toBe(-1);
  });
});

describe("CIFAR in its binary version", () => {
  const record = (label: number, value: number) =>
    Buffer.concat([Buffer.of(label), Buffer.alloc(3072, value)]);

  it("is read from its folder", async () => {
    const batches = Object.fromEntries(
      [1, 2, 3, 4, 5].map((i) => [`data_batch_${i}.bin`, Buffer.concat([record(i, 10 * i), record(9, 200)])]),
    );
    const names = "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n";
    const path = await writeTree(place("binary"), {
      ...batches,
      "test_batch.bin": record(3, 7),
      "batches.meta.txt": names,
    });
    const { train, test } = await images(path);
    expect(await contents(train)).toMatchObject({
      shape: [3, 32, 32],
      classes: ["automobile", "truck", "bird", "truck", "cat", "truck", "deer", "truck", "dog", "truck"],
    });
    expect((await contents(test as Dataset)).colours).toEqual([[7, 7, 7]]);
    await expect(images(path, { size: 16 })).rejects.toThrow(
      /CIFAR's pictures are 32 x 32 in colour; leave out `size`/,
    );
  });

  it("is refused where records are cut, labels too large, a file missing, or it is the Python version", async () => {
    const part = record(1, 1);
    const cut = await writeTree(place("cut"), {
      "data_batch_1.bin": part.subarray(1),
      "test_batch.bin": part,
    });
    await expect(images(cut)).rejects.toThrow(
      /3072 bytes are no whole number of records of 3073 bytes|data_batch_2\.bin is missing/,
    );
    const five = Object.fromEntries([1, 2, 3, 4, 5].map((i) => [`data_batch_${i}.bin`, part]));
    const empty = await writeTree(place("empty-batch"), {
      ...five,
      "data_batch_3.bin": "",
      "test_batch.bin": part,
    });
    await expect(images(empty)).rejects.toThrow(
      /data_batch_3\.bin: 0 bytes are no whole number of records of 3073 bytes/,
    );
    const wrong = await writeTree(place("wrong"), {
      "train.bin": Buffer.concat([Buffer.of(0, 100), Buffer.alloc(3072)]),
      "test.bin": Buffer.alloc(3074),
    });
    await expect(images(wrong)).rejects.toThrow(/label of picture 0 is 100; expected 0 to 99/);
    const python = await writeTree(place("python"), { data_batch_1: "x" });
    await expect(images(python)).rejects.toThrow(/Python version; give the folder of its binary version/);
  });
});

describe("the cache of decoded pictures", () => {
  const set = async (name: string) =>
    writeTree(place(name), { "red/a.png": redPng, "green/b.png": greenPng });

  it("announces its size and place, is used the next time, and made anew where files change or it is damaged", async () => {
    const path = await set("cached");
    const cache = place("cache");
    const told: ImagesProgress[] = [];
    const read = () => images(path, { cache, onProgress: (progress) => told.push(progress) });
    const first = await contents((await read()).train);
    expect(told).toEqual([
      { kind: "start", pictures: 2, bytes: 2 * 3 * 6 * 8, folder: cache },
      { kind: "decoded", done: 2, pictures: 2 },
    ]);
    told.length = 0;
    expect(await contents((await read()).train)).toEqual(first);
    expect(told).toEqual([]);

    const pixels = join(cache, readdirSync(cache).find((name) => name.endsWith(".pixels")) ?? "");
    const bytes = await readFile(pixels);
    bytes[5] = 1 + (bytes[5] ?? 0);
    await writeFile(pixels, bytes);
    expect(await contents((await read()).train)).toEqual(first);
    expect(told.length).toBe(2);

    told.length = 0;
    await writeTree(path, { "red/c.png": redPng });
    expect((await read()).train.size).toBe(3);
    expect(told.length).toBe(2);
    expect(readdirSync(cache).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  it("leaves nothing behind where it is ended", async () => {
    const path = await set("ended");
    const cache = place("ended-cache");
    await expect(images(path, { cache, signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
    expect(readdirSync(cache)).toEqual([]);
  });
});
