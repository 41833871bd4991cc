import { nodeEngine } from "../src/engine/node.js";
import { graph, input } from "../src/index.js";
import {
  conv2d,
  globalAveragePool,
  type Layer,
  layerCosts,
  lenet5,
  linear,
  maxPool,
  relu,
  resnet,
  resnetCifar,
  sequential,
} from "../src/nn/index.js";
import { writeModel } from "../src/onnx/write.js";
import { momentum } from "../src/optim/index.js";
import { training } from "./harness/training.js";
import {
  type Benchmark,
  formatTable,
  PEERS,
  type PeerNetworks,
  race,
  ratioOf,
  runPeer,
  type SkippedPeer,
  undisturbed,
} from "./harness.js";

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

/** Channels, side and batch of the convolutions by which the machine's rate is measured, and how many stand in a row. */
const [CHANNELS, SIDE, BATCH, ROW] = [128, 16, 32, 4];

/** The engine's own convolutions of 3 x 3, in the form in which it does them fastest: what the machine can do at best. */
const convolutions = async (threads: number) => {
  const [x, w] = [input("x", [BATCH, CHANNELS, SIDE, SIDE]), input("w", [CHANNELS, CHANNELS, 3, 3])];
  let y: typeof x = x;
  for (let i = 0; i < ROW; i++) y = graph.conv(y, w, { padding: 1 });
  const target = await nodeEngine.targetFor?.([y]);
  const session = await nodeEngine.load(writeModel({ inputs: [x, w], outputs: { y } }, target), { threads });
  const values = (shape: readonly number[]) => {
    const data = new Float32Array(shape.reduce((a, b) => a * b));
    return { dtype: "float32", shape, data: data.map((_, i) => ((i % 7) - 3) / 100) } as const;
  };
  const place = values([BATCH, CHANNELS, SIDE, SIDE]);
  const { run } = session.bind(
    { x: place, w: values([CHANNELS, CHANNELS, 3, 3]) },
    { y: { ...place, data: place.data.slice() } },
  );
  return { run, flops: 2 * ROW * 9 * CHANNELS ** 2 * SIDE ** 2 * BATCH, release: () => session.release() };
};

/** What one step computes: two operations for each multiply-add of y, dW and dx, which the first layer does without. */
const flopsOf = ({ net, input: shape, batch }: Network): number => {
  const counts = layerCosts(net(), shape).map(({ multiplyAdds }) => multiplyAdds);
  const first = counts.find((count) => count > 0) ?? 0;
  return 2 * batch * (3 * counts.reduce((a, b) => a + b) - first);
};

const measure = async (network: Network, threads: number) => {
  const { name, net, input: shape, batch } = network;
  const optimizer = momentum({ learningRate: 0.01, beta: 0.9 });
  const { step, release } = await training({
    net: net(),
    input: shape,
    classes: 10,
    batch,
    threads,
    optimizer,
  });
  const rate = await convolutions(threads);
  const times = await race({ step, rate: rate.run }, { rounds: 12, turn: 500 });
  await release();
  await rate.release();
  const flops = flopsOf(network);
  const gigaflops = (count: number, milliseconds: number) => count / milliseconds / 1e6;
  return {
    name,
    batch,
    stepMs: times.step.median,
    minMs: undisturbed(times.step),
    gflops: gigaflops(flops, times.step.median),
    convolutionGflops: gigaflops(rate.flops, times.rate.median),
    /** Of the machine's own rate, in the quickest turns and in the median. */
    efficiency: (flops / rate.flops) * (undisturbed(times.rate) / undisturbed(times.step)),
    efficiencyMedian: (flops / rate.flops) * ratioOf(times.rate, times.step),
  };
};

type Row = Awaited<ReturnType<typeof measure>>;

/** A network's times in a peer, or why there are none. */
const beside = (peers: readonly (PeerNetworks | SkippedPeer)[], { name }: Row) =>
  peers.map((peer) => {
    const row = "rows" in peer ? peer.rows.find(({ network }) => network === name) : peer;
    return { peer: peer.name, ...(row ?? { skipped: "not run" }) };
  });

/** Every network in every library, with how many times ours its time is. */
const peerTable = (rows: readonly Row[], peers: readonly (PeerNetworks | SkippedPeer)[]): string => {
  const all = rows.flatMap((row) => beside(peers, row).map((other) => ({ row, other })));
  const timed = all.flatMap(({ row, other }) => ("stepMs" in other ? [{ row, other }] : []));
  const table = formatTable(timed, [
    { title: "network", cell: ({ row }) => row.name },
    { title: "library", cell: ({ other }) => other.peer },
    { title: "median (ms)", cell: ({ other }) => other.stepMs },
    { title: "least (ms)", cell: ({ other }) => other.minMs },
    { title: "ours in its time", cell: ({ row, other }) => row.stepMs / other.stepMs },
    { title: "of least", cell: ({ row, other }) => row.minMs / other.minMs },
  ]);
  const skipped = all.flatMap(({ row, other }) =>
    "skipped" in other ? [`${row.name} in ${other.peer} skipped: ${other.skipped}`] : [],
  );
  return [...(timed.length > 0 ? [table] : []), ...skipped].join("\n");
};

const benchmark: Benchmark = {
  name: "cnn",
  describe:
    "training steps of convolutional networks (a small one, ResNet-20, ResNet-18, LeNet-5), with momentum, against the machine's convolutions",
  run: async ({ peers: withPeers, threads, log }) => {
    const networkRows: Row[] = [];
    for (const network of networks) {
      log(`  ${network.name}`);
      networkRows.push(await measure(network, threads));
    }
    const peers = [];
    for (const name of withPeers ? PEERS : []) {
      log(`  ${name}`);
      const job = networks.map(({ name: network, batch }) => [network, batch] as const);
      peers.push(await runPeer(name, { task: "cnn", networks: job, threads }));
    }
    const table = formatTable(networkRows, [
      { title: "network", cell: ({ name }) => name },
      { title: "batch", cell: ({ batch }) => batch },
      { title: "median (ms)", cell: ({ stepMs }) => stepMs },
      { title: "least (ms)", cell: ({ minMs }) => minMs },
      { title: "GFLOP/s", cell: ({ gflops }) => gflops },
      { title: "the machine's", cell: ({ convolutionGflops }) => convolutionGflops },
      { title: "efficiency", cell: ({ efficiencyMedian }) => efficiencyMedian },
      { title: "at best", cell: ({ efficiency }) => efficiency },
    ]);
    return {
      row: { networks: networkRows, threads, peers },
      table: [table, ...(peers.length > 0 ? [peerTable(networkRows, peers)] : [])].join("\n\n"),
    };
  },
};

export default benchmark;
