import {
  conv2d,
  globalAveragePool,
  type Layer,
  lenet5,
  linear,
  maxPool,
  relu,
  resnet,
  resnetCifar,
  sequential,
} from "../src/nn/index.js";
import { momentum } from "../src/optim/index.js";
import { training } from "./harness/training.js";
import { type Benchmark, formatTable, race, runPeer, undisturbed } from "./harness.js";

interface Network {
  readonly name: string;
  readonly net: () => Layer;
  readonly input: readonly number[];
  readonly batch: number;
}

const networks: readonly Network[] = [
  {
    name: "small",
    net: () =>
      sequential(
        conv2d(32),
        relu(),
        conv2d(64),
        relu(),
        maxPool(2),
        conv2d(128),
        relu(),
        globalAveragePool(),
        linear(10),
      ),
    input: [3, 32, 32],
    batch: 64,
  },
  { name: "resnet20", net: () => resnetCifar(), input: [3, 32, 32], batch: 128 },
  { name: "resnet18", net: () => resnet({ stem: "small", classes: 10 }), input: [3, 32, 32], batch: 32 },
  { name: "lenet5", net: () => lenet5(), input: [1, 28, 28], batch: 64 },
];

const measure = async ({ name, net, input: shape, batch }: Network, threads: number) => {
  const optimizer = momentum({ learningRate: 0.01, beta: 0.9 });
  const { step, release } = await training({
    net: net(),
    input: shape,
    classes: 10,
    batch,
    threads,
    optimizer,
  });
  const { step: time } = await race({ step }, { rounds: 12, turn: 700 });
  await release();
  return { name, batch, stepMs: time.median, minMs: undisturbed(time) };
};

const benchmark: Benchmark = {
  name: "cnn",
  describe:
    "training steps of convolutional networks (a small one, ResNet-20, ResNet-18, LeNet-5), with momentum",
  run: async ({ peers, threads, log }) => {
    const ours = [];
    for (const network of networks) {
      log(`  ${network.name}`);
      ours.push(await measure(network, threads));
    }
    if (peers) log("  pytorch");
    const peer = peers
      ? await runPeer("pytorch", {
          task: "cnn",
          networks: networks.map(({ name, batch }) => [name, batch] as const),
          threads,
        })
      : undefined;
    const theirs = peer && "rows" in peer ? peer.rows : [];
    const rows = ours.map((row) => ({ ...row, peer: theirs.find(({ network }) => network === row.name) }));
    const table = formatTable(rows, [
      { title: "network", cell: ({ name }) => name },
      { title: "batch", cell: ({ batch }) => batch },
      { title: "median (ms)", cell: ({ stepMs }) => stepMs },
      { title: "least (ms)", cell: ({ minMs }) => minMs },
      { title: "PyTorch's median", cell: ({ peer: found }) => found?.stepMs },
      { title: "its least", cell: ({ peer: found }) => found?.minMs },
      { title: "ratio of medians", cell: ({ stepMs, peer: found }) => found && stepMs / found.stepMs },
      { title: "of least", cell: ({ minMs, peer: found }) => found && minMs / found.minMs },
    ]);
    const skipped = peer && "skipped" in peer ? `\n${peer.name} skipped: ${peer.skipped}` : "";
    return { row: { networks: ours, threads, peers: peer ? [peer] : [] }, table: table + skipped };
  },
};

export default benchmark;
