import { afterEach, beforeEach } from "vitest";

/**
 * Runs in every test process, before the test file. It notes which blocks each test runs (see `blocks.ts`), and ends a process
 * that computes for longer than allowed or takes all memory: a mutant may loop for ever, and nothing within the loop would notice.
 */
declare module "vitest" {
  interface TaskMeta {
    /** Blocks that ran during this test. */
    blocks?: number[];
    /** Blocks that ran before this test and after the one before: imports, the making of cases, what `beforeAll` does. */
    before?: number[];
  }
}

declare global {
  var __hit: (block: number) => void;
}

const hits = new Uint8Array(1 << 16);

globalThis.__hit = (block) => {
  hits[block] = 1;
};

const taken = (): number[] => {
  const blocks: number[] = [];
  hits.forEach((hit, block) => {
    if (hit === 1) blocks.push(block);
  });
  hits.fill(0);
  return blocks;
};

if (process.env.MUTATION_COVERAGE === "1") {
  beforeEach(({ task }) => {
    task.meta.before = taken();
  });
  afterEach(({ task }) => {
    task.meta.blocks = taken();
  });
} else {
  const { Worker } = await import("node:worker_threads");
  const watch = `
    const limit = ${Number(process.env.MUTATION_CPU_SECONDS ?? 60)} * 1e6;
    const enoughMemory = 2e9;
    const used = () => { const { user, system } = process.cpuUsage(); return user + system; };
    const start = used();
    const isTooMuch = () => used() - start > limit || process.memoryUsage.rss() > enoughMemory;
    setInterval(() => { if (isTooMuch()) process.kill(process.pid, "SIGKILL"); }, 500);`;
  new Worker(watch, { eval: true }).unref();
}
