import * as augment from "../src/augment/index.js";
import { random } from "../src/random/random.js";
import { streamWait } from "./harness/stream-wait.js";
import {
  type Benchmark,
  formatTable,
  median,
  type PeerAugmentation,
  runPeer,
  type SkippedPeer,
} from "./harness.js";

const {
  autocontrast,
  blur,
  brightness,
  colourJitter,
  contrast,
  elastic,
  equalise,
  erase,
  flipHorizontally,
  grey,
  hue,
  invert,
  perspective,
  posterise,
  randomCrop,
  randomResizedCrop,
  rotate,
  scale,
  sharpness,
  shear,
  solarise,
  translate,
} = augment;

/** Sides of the pictures; what comes out has the same size. */
const SIZES = [224, 32] as const;

/** Bytes in red, green and blue, bilinear, black beyond the picture; peers/augmentation.py has the same names and parameters. */
const cases = (size: number): Readonly<Record<string, readonly augment.Step[]>> => ({
  flip: [flipHorizontally({ probability: 1 })],
  "random crop": [randomCrop({ size, padding: size / 8 })],
  "random resized crop": [randomResizedCrop({ size })],
  rotation: [rotate()],
  affine: [rotate(), translate({ share: 0.1 }), scale({ perAxis: false }), shear({ y: 0 })],
  perspective: [perspective()],
  brightness: [brightness()],
  contrast: [contrast()],
  "colour jitter": [colourJitter()],
  "colour jitter with saturation and hue": [colourJitter({ saturation: 0.4, hue: 0.1 })],
  hue: [hue()],
  grey: [grey({ probability: 1 })],
  invert: [invert({ probability: 1 })],
  posterise: [posterise({ bits: 4, probability: 1 })],
  solarise: [solarise({ threshold: 0.5, probability: 1 })],
  equalise: [equalise({ probability: 1 })],
  autocontrast: [autocontrast({ probability: 1 })],
  sharpness: [sharpness({ factor: [2, 2] })],
  blur: [blur({ sigma: [0.1, 2], radius: 2 })],
  erase: [erase({ probability: 1 })],
  elastic: [elastic()],
  chain: [flipHorizontally(), randomResizedCrop({ size }), rotate(), colourJitter()],
});

/** Turns of which the median counts, and their length in milliseconds. */
const [TURNS, TURN] = [5, 60];

/** Pictures a second on one thread, each from bytes in the memory that kernels see, as the batch stream has them. */
const perSecond = (steps: readonly augment.Step[], size: number): number => {
  const chain = augment.augmentation(steps);
  const picture = chain.place({ width: size, height: size, channels: 3 });
  const stream = random(1, "benchmark picture");
  for (let i = 0; i < picture.pixels.length; i++) picture.pixels[i] = stream.integer(256);
  let index = 0;
  const turn = (milliseconds: number): number => {
    const start = performance.now();
    let done = 0;
    do {
      for (let i = 0; i < 8; i++, done++) chain.apply(picture, { seed: 1, epoch: 0, index: index++ });
    } while (performance.now() - start < milliseconds);
    return (1e3 * done) / (performance.now() - start);
  };
  turn(TURN);
  return median(Array.from({ length: TURNS }, () => turn(TURN)));
};

const benchmark: Benchmark = {
  name: "augment",
  describe: `transformations of pictures of ${SIZES.join(" and ")} pixels, one thread; how long a CIFAR-10 step waits for its batch`,
  run: async ({ peers, threads, log }) => {
    const ours = SIZES.flatMap((size) => {
      log(`  ${size} x ${size}`);
      return Object.entries(cases(size)).map(([name, steps]) => ({
        name,
        size,
        perSecond: perSecond(steps, size),
      }));
    });
    const theirs: (PeerAugmentation | SkippedPeer)[] = [];
    for (const name of peers ? (["torchvision", "albumentations"] as const) : []) {
      log(`  ${name}`);
      theirs.push(await runPeer(name, { task: "augment", library: name, sizes: SIZES, threads: 1 }));
    }
    const rows = ours.map((row) => {
      const beside = theirs.map((peer) =>
        "rows" in peer
          ? peer.rows.find(({ name, size }) => name === row.name && size === row.size)?.perSecond
          : undefined,
      );
      return { ...row, torchvision: beside[0], albumentations: beside[1] };
    });
    log("  waiting for batches");
    const waiting = await streamWait(threads);
    const times = (mine: number, other: number | undefined) => other && mine / other;
    const table = formatTable(rows, [
      { title: "transformation", cell: ({ name }) => name },
      { title: "side", cell: ({ size }) => size },
      { title: "pictures a second", cell: ({ perSecond: mine }) => mine },
      { title: "torchvision", cell: ({ torchvision }) => torchvision },
      { title: "times it", cell: ({ perSecond: mine, torchvision }) => times(mine, torchvision) },
      { title: "albumentations", cell: ({ albumentations }) => albumentations },
      { title: "times it", cell: ({ perSecond: mine, albumentations }) => times(mine, albumentations) },
    ]);
    const skipped = theirs.flatMap((peer) =>
      "skipped" in peer ? [`${peer.name} skipped: ${peer.skipped}`] : [],
    );
    const wait = `a CIFAR-10 step of ${waiting.stepMs.toFixed(0)} ms waits ${waiting.waitMs.toFixed(2)} ms for its batch (${(100 * waiting.share).toFixed(2)} %)`;
    return { row: { rows, waiting, peers: theirs }, table: [table, ...skipped, wait].join("\n") };
  },
};

export default benchmark;
