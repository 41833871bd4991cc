import { Layout } from "../src/engine/arena.js";
import { nodeEngine } from "../src/engine/node.js";
import { runAlone } from "../src/engine/team/runner.js";
import { placeGroups } from "../src/engine/training/placement.js";
import { prepareUpdate } from "../src/engine/training/update.js";
import { input } from "../src/graph/index.js";
import {
  adadelta,
  adagrad,
  adaMax,
  adam,
  adamW,
  amsGrad,
  gradientDescent,
  lion,
  momentum,
  nAdam,
  nesterov,
  type Rule,
  rmsProp,
  type Time,
  traceRule,
} from "../src/optim/index.js";
import { usualUnits } from "../src/optim/units.js";
import { random } from "../src/random/random.js";
import {
  type Benchmark,
  formatTable,
  PEERS,
  type PeerUpdates,
  race,
  ratioOf,
  runPeer,
  type SkippedPeer,
} from "./harness.js";

const PARAMETERS = 3_000_000;
const BYTES = 4;
/** Two buffers of 12 MB, which together fit into many a last-level cache, where the arrays of most rules do not. */
const SMALL_COPY = 24e6;

/** The rules, and what the peers call them. Those without a peer's name are not in `torch.optim`. */
const RULES: readonly { readonly rule: Rule; readonly name?: string; readonly peer?: string }[] = [
  { rule: gradientDescent(), peer: "sgd" },
  { rule: momentum(), peer: "momentum" },
  { rule: nesterov(), peer: "nesterov" },
  { rule: adagrad(), peer: "adagrad" },
  { rule: rmsProp(), peer: "rmsprop" },
  { rule: rmsProp({ momentum: 0.9 }), name: "rmsProp, momentum", peer: "rmspropMomentum" },
  { rule: adadelta(), peer: "adadelta" },
  { rule: adam(), peer: "adam" },
  { rule: adamW(), peer: "adamw" },
  { rule: amsGrad(), peer: "amsgrad" },
  { rule: adaMax(), peer: "adamax" },
  { rule: nAdam(), peer: "nadam" },
  { rule: lion() },
];

/** What a rule must move for one parameter: every array that it reads, and every one that it writes. */
const trafficOf = (rule: Rule) => {
  const { states, next } = traceRule(rule, [PARAMETERS]);
  const written = next.filter(({ into, value }) => into !== value).length;
  return { arrays: 2 + states.length, bytesPerParameter: BYTES * (2 + states.length + written) };
};

/** A rule on an arena of its own, the way a trainer runs it. `rare` gives most weights no gradient and denormal states. */
const updating = async (rule: Rule, threads: number, rare = false): Promise<() => unknown> => {
  const parameter = {
    name: "theta",
    tensor: input("theta", [PARAMETERS]),
    shape: [PARAMETERS],
    initialize: () => {},
    rule,
  };
  const layout = new Layout();
  const [group] = placeGroups(layout, [parameter]);
  if (!group) throw new Error("no group of parameters");
  const gradient = layout.reserve(PARAMETERS);
  const arena = layout.allocate();
  const stream = random(1, rule.name);
  stream.fillNormal(arena.view(group.theta));
  stream.fillNormal(arena.view(gradient), 0, 1e-2);
  if (rare) {
    arena.view(gradient).forEach((_, i, g) => {
      if (i % 10 > 0) g[i] = 0;
    });
    for (const state of group.states) arena.view(state).fill(1e-39);
  }
  const update = await prepareUpdate(rule, group, gradient, {
    arena,
    runner: runAlone(arena.memory),
    engine: nodeEngine,
    options: { threads },
    unitsOf: ({ shape }) => usualUnits(shape),
  });
  let step = 0;
  return () => {
    const time: Time = { step: step++, steps: 1e6, stepsPerEpoch: 500 };
    return update.run(time);
  };
};

/** A copy from one half of so many bytes to the other. */
const copying = (bytes: number): (() => void) => {
  const from = new Float32Array(bytes / 2 / BYTES).fill(1);
  const to = new Float32Array(from.length).fill(2);
  return () => to.set(from);
};

interface Row {
  readonly rule: string;
  readonly stepMs: number;
  readonly minMs: number;
  readonly bytesPerParameter: number;
  readonly gbPerSecond: number;
  /** Bytes a second over those of a copy between two buffers that are together as large as the rule's arrays. */
  readonly overCopy: number;
  /** The same against a copy between two buffers of 12 MB. */
  readonly overSmallCopy: number;
  readonly copyGbPerSecond: number;
  readonly peerMs: Readonly<Record<string, number>>;
}

/** Gigabytes read and written a second, given their number and a time in milliseconds. */
const rate = (bytes: number, milliseconds: number): number => bytes / milliseconds / 1e6;

type Peers = readonly (PeerUpdates | SkippedPeer)[];

const peerTimes = (peers: Peers, rule: string | undefined): Record<string, number> =>
  Object.fromEntries(
    peers.flatMap((peer) => {
      const row = "rows" in peer ? peer.rows.find((candidate) => candidate.rule === rule) : undefined;
      return row && "stepMs" in row ? [[peer.name, row.stepMs]] : [];
    }),
  );

const raceRule = async (rule: Rule, threads: number, rare = false) => {
  const { arrays, bytesPerParameter } = trafficOf(rule);
  const bytes = arrays * PARAMETERS * BYTES;
  const run = await updating(rule, threads, rare);
  const times = await race(
    { update: run, copy: copying(bytes), smallCopy: copying(SMALL_COPY) },
    { rounds: 15, turn: 40 },
  );
  const moved = bytesPerParameter * PARAMETERS;
  return {
    stepMs: times.update.median,
    minMs: times.update.min,
    bytesPerParameter,
    gbPerSecond: rate(moved, times.update.median),
    overCopy: (moved / bytes) * ratioOf(times.copy, times.update),
    overSmallCopy: (moved / SMALL_COPY) * ratioOf(times.smallCopy, times.update),
    copyGbPerSecond: rate(bytes, times.copy.median),
    smallCopyGbPerSecond: rate(SMALL_COPY, times.smallCopy.median),
  };
};

const benchmark: Benchmark = {
  name: "update",
  describe: `update rules over ${PARAMETERS / 1e6} M parameters, in bytes moved against the machine's copy rate`,
  run: async ({ peers: withPeers, threads, log }) => {
    const peers: (PeerUpdates | SkippedPeer)[] = [];
    const optimizers = RULES.flatMap(({ peer }) => peer ?? []);
    for (const name of withPeers ? PEERS : []) {
      log(`  ${name}`);
      peers.push(
        await runPeer(name, { task: "update", parameters: PARAMETERS, optimizers, seconds: 1.5, threads }),
      );
    }
    const rows: Row[] = [];
    for (const { rule, name = rule.name, peer } of RULES) {
      log(`  ${name}`);
      rows.push({ rule: name, ...(await raceRule(rule, threads)), peerMs: peerTimes(peers, peer) });
    }
    log("  adam on weights that are rarely touched");
    const rare = await raceRule(adam(), threads, true);
    const adamRow = rows.find(({ rule }) => rule === "adam");
    const table = formatTable(
      [...rows, { rule: "adam, weights rarely touched", ...rare, peerMs: {} as Record<string, number> }],
      [
        { title: "rule", cell: ({ rule }) => rule },
        { title: "median (ms)", cell: ({ stepMs }) => stepMs },
        { title: "least (ms)", cell: ({ minMs }) => minMs },
        { title: "bytes a parameter", cell: ({ bytesPerParameter }) => bytesPerParameter },
        { title: "GB/s", cell: ({ gbPerSecond }) => gbPerSecond },
        { title: "copy (GB/s)", cell: ({ copyGbPerSecond }) => copyGbPerSecond },
        { title: "over copy", cell: ({ overCopy }) => overCopy },
        { title: "over 12 MB copy", cell: ({ overSmallCopy }) => overSmallCopy },
        ...peers
          .filter((peer) => "rows" in peer)
          .map(({ name }) => ({ title: `${name} (ms)`, cell: ({ peerMs }: Row) => peerMs[name] })),
      ],
    );
    const skipped = peers.flatMap((peer) =>
      "skipped" in peer ? [`${peer.name} skipped: ${peer.skipped}`] : [],
    );
    return {
      row: {
        parameters: PARAMETERS,
        overCopy: adamRow?.overCopy,
        overSmallCopy: adamRow?.overSmallCopy,
        copyGbPerSecond: adamRow?.copyGbPerSecond,
        rarelyTouched: rare,
        rules: rows,
        peers: peers.map(({ name, ...peer }) => ({
          name,
          ...("rows" in peer ? { version: peer.version } : peer),
        })),
      },
      table: [table, ...skipped].join("\n"),
    };
  },
};

export default benchmark;
