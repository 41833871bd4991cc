import { batches } from "../src/data/batches.js";
import type { Dataset } from "../src/data/dataset.js";
import { dataset } from "../src/data/memory.js";
import { linear, relu, sequential } from "../src/nn/index.js";
import { adam } from "../src/optim/index.js";
import { random } from "../src/random/random.js";
import { createTrainer } from "../src/train/create-trainer.js";
import { fit } from "../src/train/fit.js";
import { median } from "./harness/timing.js";
import { type Benchmark, formatTable } from "./harness.js";

interface Job {
  readonly name: string;
  readonly units: readonly number[];
  readonly batch: number;
  /** Steps of a round. */
  readonly steps: number;
}

const jobs: readonly Job[] = [
  { name: "784-32-10, batch 32", units: [32], batch: 32, steps: 2000 },
  { name: "784-1024x3-10, batch 128", units: [1024, 1024, 1024], batch: 128, steps: 40 },
];

const data = (batch: number): Dataset => {
  const stream = random(1, "benchmark");
  const size = 20 * batch;
  const inputs = new Float32Array(784 * size);
  stream.fillNormal(inputs);
  const targets = Uint8Array.from({ length: size }, () => stream.integer(10));
  return dataset({ name: "benchmark", inputs, targets, inputShape: [784], classes: 10 });
};

const netOf = ({ units }: Job) => sequential(...units.flatMap((each) => [linear(each), relu()]), linear(10));

/** Milliseconds a step: the same steps of the same examples, by `fit` and by a loop around `trainer.step`. */
const roundOf = (job: Job, examples: Dataset, threads: number) => {
  const { batch, steps } = job;
  const epochs = steps / 20;
  return {
    fit: async () => {
      const run = await fit(netOf(job), examples, {
        optimizer: adam(),
        epochs,
        batchSize: batch,
        preprocess: "none",
        threads,
      });
      await run.release();
      return (1000 * run.seconds) / steps;
    },
    loop: async () => {
      const trainer = await createTrainer(netOf(job), {
        data: examples,
        optimizer: adam(),
        batchSize: batch,
        threads,
      });
      const start = performance.now();
      for (let epoch = 0; epoch < epochs; epoch++) {
        for await (const each of batches(examples, { batchSize: batch, seed: 0, epoch }))
          await trainer.step(each);
      }
      const time = (performance.now() - start) / steps;
      await trainer.release();
      return time;
    },
  };
};

const benchmark: Benchmark = {
  name: "step",
  describe: "a step of trainer.step in a loop of one's own, beside a step of fit",
  run: async ({ threads, log }) => {
    const rows = [];
    for (const job of jobs) {
      log(`  ${job.name}`);
      const { fit: byFit, loop } = roundOf(job, data(job.batch), threads);
      await byFit();
      await loop();
      const times: { fit: number; loop: number }[] = [];
      // In turns, the first one in turns too.
      for (let round = 0; round < 16; round++) {
        if (round % 2 === 0) times.push({ fit: await byFit(), loop: await loop() });
        else {
          const own = await loop();
          times.push({ fit: await byFit(), loop: own });
        }
      }
      rows.push({
        name: job.name,
        fitMs: median(times.map((each) => each.fit)),
        loopMs: median(times.map((each) => each.loop)),
        ratio: median(times.map((each) => each.loop / each.fit)),
        ratioAtBest: Math.min(...times.map((each) => each.loop)) / Math.min(...times.map((each) => each.fit)),
      });
    }
    return {
      row: { steps: rows },
      table: formatTable(rows, [
        { title: "network", cell: ({ name }) => name },
        { title: "fit (ms)", cell: ({ fitMs }) => fitMs },
        { title: "loop (ms)", cell: ({ loopMs }) => loopMs },
        { title: "loop / fit", cell: ({ ratio }) => ratio },
        { title: "at best", cell: ({ ratioAtBest }) => ratioAtBest },
      ]),
    };
  },
};

export default benchmark;
