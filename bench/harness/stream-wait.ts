import * as augment from "../../src/augment/index.js";
import { batches } from "../../src/data/batches.js";
import { dataset } from "../../src/data/memory.js";
import { speedNet } from "../../src/nn/index.js";
import { nesterov } from "../../src/optim/index.js";
import { random } from "../../src/random/random.js";
import { createTrainer } from "../../src/train/create-trainer.js";
import { median } from "./timing.js";

/** How long a step waits for its batch, of how long it takes with that; medians in milliseconds, and the share of all steps together. */
export interface Waiting {
  readonly stepMs: number;
  readonly waitMs: number;
  readonly share: number;
}

const [BATCH, STEPS] = [512, 8];

/** Trains the network for CIFAR-10 on pictures of its size, flipped and moved by 2 pixels beside training, as `fit` reads them. */
export const streamWait = async (threads: number): Promise<Waiting> => {
  const shape = [3, 32, 32];
  const pixels = new Uint8Array(BATCH * (STEPS + 1) * 3 * 32 * 32);
  const stream = random(1, "benchmark pictures");
  for (let i = 0; i < pixels.length; i++) pixels[i] = stream.integer(256);
  const labels = Uint8Array.from({ length: BATCH * (STEPS + 1) }, () => stream.integer(10));
  const plain = dataset({
    name: "pictures",
    inputs: pixels,
    targets: labels,
    inputShape: shape,
    classes: 10,
    image: { width: 32, height: 32, channels: 3 },
  });
  const steps = [augment.alternatingFlip(), augment.translate({ pixels: 2 })];
  const data = augment.augmented(plain, steps, { seed: 1 });
  const optimizer = nesterov({ learningRate: 1e-4, beta: 0.85 });
  const trainer = await createTrainer(speedNet(), { data, optimizer, batchSize: BATCH, threads });
  const times: { readonly wait: number; readonly whole: number }[] = [];
  let last = performance.now();
  for await (const batch of batches(data, { batchSize: BATCH, seed: 1, epoch: 0 })) {
    const wait = performance.now() - last;
    await trainer.step(batch);
    await trainer.loss();
    times.push({ wait, whole: performance.now() - last });
    last = performance.now();
  }
  await trainer.release();
  await data.close();
  // Before the first step there was nothing during which its batch could be read.
  const counted = times.slice(1);
  const sum = (of: "wait" | "whole") => counted.reduce((total, time) => total + time[of], 0);
  return {
    stepMs: median(counted.map(({ whole }) => whole)),
    waitMs: median(counted.map(({ wait }) => wait)),
    share: sum("wait") / sum("whole"),
  };
};
