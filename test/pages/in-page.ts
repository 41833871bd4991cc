/*
 * The page of the tests: trains, saves, reads, and leaves what came of it where the test finds it.
 */
import {
  defaultEngine,
  digits,
  fit,
  images,
  linear,
  loadModel,
  loadWeights,
  mnist,
  readCsv,
  readIdx,
  readModel,
  relu,
  sequential,
} from "steepest";
import { trainings } from "./program.js";

const message = async (work: () => Promise<unknown>): Promise<string> => {
  try {
    await work();
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

/** Drawn before anything is measured. */
const drawn = digits({ train: 640, test: 1 });

/** Tasks of the page's own thread that took more than 50 ms, meanwhile. */
const longTasks = async (work: () => Promise<unknown>): Promise<number[]> => {
  const found: number[] = [];
  const begin = performance.now();
  const observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) if (startTime >= begin) found.push(duration);
  });
  observer.observe({ type: "longtask" });
  await work();
  await new Promise((done) => setTimeout(done, 100));
  observer.disconnect();
  return found;
};

const trainLonger = async () => {
  const { train } = drawn;
  const run = await fit(sequential(linear(512), relu(), linear(512), relu(), linear(10)), train, {
    epochs: 3,
    batchSize: 128,
    seed: 1,
  });
  await run.release();
};

/** Training that is ended, kept and gone on with. */
const lasting = async () => {
  const { train } = digits({ train: 200, test: 10 });
  const net = () => sequential(linear(16), relu(), linear(10));
  const options = { epochs: 6, batchSize: 50, seed: 2 };
  const whole = await fit(net(), train, options);
  const controller = new AbortController();
  const folder = "kept/checkpoints";
  const part = await fit(net(), train, {
    ...options,
    checkpoint: { folder },
    signal: controller.signal,
    callbacks: [{ onEpochEnd: (_, { record }) => (record.epoch === 3 ? controller.abort() : undefined) }],
  });
  await part.release();
  const resumed = await fit(net(), train, {
    ...options,
    checkpoint: { folder },
    callbacks: [{}],
    resume: true,
  });
  const place = await resumed.save("runs/first", { title: "first" });
  const again = await message(() => resumed.save("runs/first"));
  const read = readModel(await loadModel(`${place}/model.onnx`));
  const text = async (path: string) => {
    let folderHandle = await navigator.storage.getDirectory();
    const names = path.split("/");
    for (const name of names.slice(0, -1)) folderHandle = await folderHandle.getDirectoryHandle(name);
    return (await (await folderHandle.getFileHandle(names.at(-1) ?? "")).getFile()).text();
  };
  const equal = async (a: typeof whole, b: typeof whole) => {
    const [left, right] = [await a.weights(), await b.weights()];
    return [...left].every(([name, values]) => values.every((value, i) => value === right.get(name)?.[i]));
  };
  return {
    stopped: part.stopped,
    same: await equal(whole, resumed),
    place,
    again,
    outputs: Object.keys(read.outputs),
    epochs: (await text("runs/first/metrics.jsonl")).trim().split("\n").length,
    report: (await text("runs/first/report.html")).includes("<svg"),
    config: JSON.parse(await text("runs/first/config.json")) as object,
  };
};

const picture = async (name: string, folder: string, colour: string): Promise<File> => {
  const canvas = new OffscreenCanvas(12, 8);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas");
  context.fillStyle = colour;
  context.fillRect(0, 0, 12, 8);
  const file = new File([await canvas.convertToBlob({ type: "image/png" })], name);
  Object.defineProperty(file, "webkitRelativePath", { value: `pictures/${folder}/${name}` });
  return file;
};

const gzipped = (bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> =>
  new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer();

const idx = (shape: readonly number[], data: readonly number[]): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(4 + 4 * shape.length + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x0800 | shape.length);
  shape.forEach((size, axis) => void view.setUint32(4 + 4 * axis, size));
  bytes.set(data, 4 + 4 * shape.length);
  return bytes;
};

/** Data of every kind, as pages get them. */
const reading = async () => {
  const csv = new File(["a;b;y\n1,5;x;2\n2,5;z;4\n3;x;5\n"], "table.csv");
  const table = await readCsv(csv, { target: "y" });
  const answered = await readCsv(await fetch("/table.csv"), { target: "y" });
  const packed = await readIdx(new Blob([await gzipped(idx([2, 2], [1, 2, 3, 4]))]));
  const parts = [
    ["train-images-idx3-ubyte", idx([2, 1, 2], [1, 2, 3, 4])],
    ["train-labels-idx1-ubyte", idx([2], [3, 7])],
    ["t10k-images-idx3-ubyte", idx([1, 1, 2], [5, 6])],
    ["t10k-labels-idx1-ubyte", idx([1], [9])],
  ] as const;
  const { train } = await mnist(parts.map(([name, bytes]) => new File([bytes], name)));
  const found = await images(
    await Promise.all([
      picture("1.png", "red", "rgb(255, 0, 0)"),
      picture("2.png", "red", "rgb(250, 0, 0)"),
      picture("1.png", "blue", "rgb(0, 0, 255)"),
    ]),
  );
  const field = found.train.inputs.input;
  return {
    table: { X: [...table.X], y: [...table.y], columns: table.columns },
    answered: answered.n,
    packed: { shape: packed.shape, data: [...packed.data] },
    mnist: train.size,
    pictures: { shape: field?.shape, targets: found.train.targets.target },
    messages: [
      await message(() => readCsv(await404(), { target: "y" })),
      await message(() => readIdx(new File([new Uint8Array([1, 2, 3, 4, 5])], "wrong.idx"))),
      await message(async () => readIdx(new Blob([(await gzipped(idx([2, 2], [1, 2, 3, 4]))).slice(0, 12)]))),
      await message(() => images("pictures")),
      await message(() => images([new File(["no picture"], "a.png"), new File([], "b.png")])),
      await message(() => loadWeights("nowhere.safetensors")),
      await message(() => mnist("data/mnist")),
    ],
  };
};

let missingPage: Response;
const await404 = () => missingPage;

const all = async () => {
  missingPage = await fetch("/nothing.csv");
  return {
    engine: (await defaultEngine()).name,
    long: await longTasks(trainLonger),
    trainings: await trainings(),
    lasting: await lasting(),
    reading: await reading(),
  };
};

export type Result = Awaited<ReturnType<typeof all>>;

all().then(
  (result) => Object.assign(globalThis, { result }),
  (error: unknown) => {
    Object.assign(globalThis, { result: { failed: error instanceof Error ? error.stack : String(error) } });
  },
);
