/** Training steps of Steepest in a page's own worker, timed as those of the peers are. */
import {
  adam,
  createTrainer,
  type Layer,
  lenet5,
  linear,
  momentum,
  type RandomStream,
  type Rule,
  random,
  relu,
  sequential,
  wasm,
} from "steepest";
import type { PageJob, PageTimes } from "./job.js";

const networks: Readonly<Record<PageJob["network"], () => { net: Layer; input: number[]; rule: Rule }>> = {
  dense: () => ({ net: sequential(linear(128), relu(), linear(10)), input: [784], rule: adam() }),
  lenet5: () => ({
    net: lenet5(),
    input: [1, 28, 28],
    rule: momentum({ learningRate: 1e-3, beta: 0.9 }),
  }),
};

const timed = async ({ network, batch, threads, steps, warmup, seconds }: PageJob): Promise<PageTimes> => {
  const { net, input, rule } = networks[network]();
  const engine = wasm({ threads });
  const trainer = await createTrainer(net, {
    inputs: input,
    targets: { kind: "class", classes: 10, shape: [] },
    optimizer: rule,
    batchSize: batch,
    seed: 1,
    engine,
  });
  const stream: RandomStream = random(1, "benchmark batch");
  const values = new Float32Array(input.reduce((a, b) => a * b, batch));
  stream.fillNormal(values);
  const given = {
    inputs: { input: values },
    targets: { target: Int32Array.from({ length: batch }, () => stream.integer(10)) },
  };
  const step = async (): Promise<number> => {
    await trainer.step(given);
    return trainer.loss();
  };
  for (let i = 0; i < warmup; i++) await step();
  const [times, losses]: [number[], number[]] = [[], []];
  const start = performance.now();
  while (times.length < steps && (times.length < 3 || performance.now() - start < seconds * 1e3)) {
    const before = performance.now();
    losses.push(await step());
    times.push(performance.now() - before);
  }
  times.sort((a, b) => a - b);
  return {
    variant: engine.name,
    stepMs: times[times.length >> 1] ?? Number.NaN,
    minMs: times[0] ?? Number.NaN,
    steps: times.length,
    loss: [losses[0] ?? Number.NaN, losses.at(-1) ?? Number.NaN],
  };
};

self.onmessage = ({ data }: MessageEvent<PageJob>) => {
  timed(data).then(postMessage, (error: unknown) => postMessage({ skipped: String(error) }));
};
