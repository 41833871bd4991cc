import { linear, relu, sequential } from "../src/nn/index.js";
import { version } from "../src/version.js";
import { training } from "./harness/training.js";
import { type Benchmark, formatTable, PEERS, race, runPeer, stepTable } from "./harness.js";

const LAYERS = [784, 32, 10];
const BATCH = 32;

const benchmark: Benchmark = {
  name: "small",
  describe: `a training step of ${LAYERS.join("-")}, batch ${BATCH}, Adam, where overheads rule`,
  run: async ({ peers: withPeers, threads, log }) => {
    const net = sequential(linear(32), relu(), linear(10));
    const job = { net, input: [784], classes: 10, batch: BATCH };
    const { step, release } = await training({ ...job, threads });
    const single = await training({ ...job, threads: 1 });
    log(`  steps on ${threads} threads and on one, in turns`);
    const times = await race({ step, single: single.step }, { rounds: 20, turn: 100 });
    await release();
    await single.release();

    const peers = [];
    for (const name of withPeers ? PEERS : []) {
      log(`  ${name}`);
      const task = { task: "mlp", layers: LAYERS, batch: BATCH, optimizer: "adam", threads } as const;
      peers.push(await runPeer(name, { ...task, steps: 20_000, warmup: 20, seconds: 4 }));
    }
    const ours = { name: "steepest", version, variant: "onnxruntime-node", threads };
    const { median, min } = times.step;
    const figures = formatTable(
      [
        { on: threads, time: times.step },
        { on: 1, time: times.single },
      ],
      [
        { title: "threads", cell: ({ on }) => on },
        { title: "median (ms)", cell: ({ time }) => time.median },
        { title: "least (ms)", cell: ({ time }) => time.min },
        { title: "steps/s", cell: ({ time }) => 1000 / time.median },
      ],
    );
    return {
      row: {
        stepMs: median,
        minMs: min,
        stepsPerSecond: 1000 / median,
        singleThreadMs: times.single.median,
        threads,
        peers,
      },
      table: [figures, stepTable({ ...ours, stepMs: median, minMs: min }, peers)].join("\n\n"),
    };
  },
};

export default benchmark;
