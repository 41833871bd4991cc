import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { linear, relu, sequential } from "../src/nn/index.js";
import { Checkpoints } from "../src/train/checkpoints.js";
import { median } from "./harness/timing.js";
import { training } from "./harness/training.js";
import { type Benchmark, formatTable } from "./harness.js";

const nets = {
  "784-32-10, batch 32": { units: [32], batch: 32 },
  "784-1024x3-10, batch 128": { units: [1024, 1024, 1024], batch: 128 },
  "784-3072x4-10, batch 128": { units: [3072, 3072, 3072, 3072], batch: 128 },
} as const;

/** Minutes between checkpoints by default. */
const every = 5;

const measure = async (name: keyof typeof nets, threads: number) => {
  const { units, batch } = nets[name];
  const net = sequential(...units.flatMap((each) => [linear(each), relu()]), linear(10));
  const { step, session, release } = await training({ net, input: [784], classes: 10, batch, threads });
  const parent = mkdtempSync(join(tmpdir(), "steepest-bench-"));
  const checkpoints = await Checkpoints.begin({ folder: join(parent, "checkpoints"), every }, session, {});
  try {
    // As `fit` does: a step is waited for, and whatever else is due has its turn.
    const timed = async (): Promise<number> => {
      const before = performance.now();
      await step();
      await turn();
      return performance.now() - before;
    };
    const steps = async (count: number): Promise<number[]> => {
      const times: number[] = [];
      for (let i = 0; i < count; i++) times.push(await timed());
      return times;
    };
    await steps(10);
    const values = Object.values(await session.tensors());
    const megabytes = values.reduce((sum, { data }) => sum + data.byteLength, 0) / 1e6;
    const rounds: { copy: number; plain: number; total: number; worst: number; usual: number }[] = [];
    for (let round = 0; round < 5; round++) {
      const alone = await steps(30);
      let writing = true;
      const before = performance.now();
      const course = { step: round, shared: {}, state: {} } as unknown as Parameters<Checkpoints["take"]>[0];
      await checkpoints.take(course);
      const copy = performance.now() - before;
      void checkpoints.settle().then(() => {
        writing = false;
      });
      const during: number[] = [];
      while (writing) during.push(await timed());
      if (checkpoints.problem) throw checkpoints.problem;
      const plain = median(alone);
      const total = copy + during.reduce((a, b) => a + b, 0) - during.length * plain;
      // Steps differ by themselves: as many of those before tell by how much.
      const usual = Math.max(...alone.slice(-during.length)) - plain;
      rounds.push({
        copy,
        plain,
        total,
        usual,
        worst: Math.max(copy, ...during.map((time) => time - plain)),
      });
    }
    const of = (what: keyof (typeof rounds)[number]) => median(rounds.map((round) => round[what]));
    return {
      name,
      megabytes,
      stepMs: of("plain"),
      copyMs: of("copy"),
      costMs: of("total"),
      share: of("total") / (every * 60_000),
      worstMs: of("worst"),
      usualWorstMs: of("usual"),
    };
  } finally {
    await checkpoints.release();
    await release();
    rmSync(parent, { recursive: true });
  }
};

const benchmark: Benchmark = {
  name: "checkpoint",
  describe:
    "what writing a checkpoint costs a training: in all, as a share of five minutes, and the longest wait",
  run: async ({ threads, log }) => {
    const { bavail, bsize } = statfsSync(tmpdir());
    if (bavail * bsize < 2e9) throw new Error(`${tmpdir()} has less than 2 GB left`);
    const rows = [];
    for (const name of Object.keys(nets) as (keyof typeof nets)[]) {
      log(`  ${name}`);
      rows.push(await measure(name, threads));
    }
    return {
      row: { networks: rows },
      table: formatTable(rows, [
        { title: "network", cell: ({ name }) => name },
        { title: "checkpoint (MB)", cell: ({ megabytes }) => megabytes },
        { title: "step (ms)", cell: ({ stepMs }) => stepMs },
        { title: "cost in all (ms)", cell: ({ costMs }) => costMs },
        { title: "of five minutes (%)", cell: ({ share }) => 100 * share },
        { title: "copy (ms)", cell: ({ copyMs }) => copyMs },
        { title: "longest wait (ms)", cell: ({ worstMs }) => worstMs },
        { title: "longest without one (ms)", cell: ({ usualWorstMs }) => usualWorstMs },
      ]),
    };
  },
};

export default benchmark;
