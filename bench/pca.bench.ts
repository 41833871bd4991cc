import { dataset } from "../src/data/memory.js";
import { random } from "../src/random/random.js";
import { principalAxes } from "../src/train/principal.js";
import { type Benchmark, formatTable, runPeer } from "./harness.js";

/** Digits; more features; many more features than examples. */
const SHAPES = [
  [10_000, 784],
  [5_000, 2_000],
  [500, 100_000],
] as const;

/** Normal inputs, each feature with a scale of its own. */
const normals = (examples: number, features: number) => {
  const inputs = new Float32Array(examples * features);
  random(1, "benchmark inputs").fillNormal(inputs);
  for (let i = 0; i < inputs.length; i++) {
    inputs[i] = (inputs[i] ?? Number.NaN) * (3 - (2.9 * (i % features)) / (features - 1));
  }
  const targets = new Uint8Array(examples);
  return dataset({ name: "normals", inputs, targets, inputShape: [features], classes: 2 });
};

const benchmark: Benchmark = {
  name: "pca",
  describe: `principal components of ${SHAPES.map(([n, d]) => `${n} x ${d}`).join(", ")}`,
  run: async ({ peers, threads, log }) => {
    const ours = [];
    for (const [examples, features] of SHAPES) {
      log(`  ${examples} x ${features}`);
      const data = normals(examples, features);
      const [clock, before] = [performance.now(), process.cpuUsage()];
      await principalAxes(data);
      const { user, system } = process.cpuUsage(before);
      const seconds = (performance.now() - clock) / 1e3;
      ours.push({ examples, features, seconds, cpuSeconds: (user + system) / 1e6 });
    }
    if (peers) log("  scikit-learn");
    const peer = peers ? await runPeer("scikit-learn", { task: "pca", shapes: SHAPES, threads }) : undefined;
    const theirs = peer && "rows" in peer ? peer.rows : [];
    const rows = ours.map((row, i) => ({ ...row, peer: theirs[i] }));
    const table = formatTable(rows, [
      { title: "examples", cell: ({ examples }) => examples },
      { title: "features", cell: ({ features }) => features },
      { title: "seconds", cell: ({ seconds }) => seconds },
      { title: "processor seconds", cell: ({ cpuSeconds }) => cpuSeconds },
      { title: "scikit-learn (s)", cell: ({ peer: found }) => found?.seconds },
      { title: "its processor seconds", cell: ({ peer: found }) => found?.cpuSeconds },
      {
        title: "times scikit-learn",
        cell: ({ seconds, peer: found }) => (found ? seconds / found.seconds : undefined),
      },
    ]);
    const skipped = peer && "skipped" in peer ? `\n${peer.name} skipped: ${peer.skipped}` : "";
    return { row: { rows: ours, peers: peer ? [peer] : [] }, table: table + skipped };
  },
};

export default benchmark;
