import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { root } from "../support/cli.js";

// In a process of its own, whose garbage can be collected on demand.
const script = `
import { adam, batches, batchNorm, blobs, createTrainer, dropout, linear, relu, sequential } from "./src/index.ts";
const data = blobs({ n: 640, classes: 3, seed: 1 });
const make = () =>
  createTrainer(sequential(linear(256), batchNorm(), relu(), dropout({ keep: 0.8 }), linear(3)), { data, optimizer: adam(), batchSize: 32 });
const inUse = () => {
  globalThis.gc();
  globalThis.gc();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, own: heapUsed + external };
};
const grown = async (warm, repeat, work) => {
  for (let i = 0; i < warm; i++) await work();
  const before = inUse();
  for (let i = 0; i < repeat; i++) await work();
  const after = inUse();
  return { rss: (after.rss - before.rss) / 1e6, own: (after.own - before.own) / 1e6 };
};
const trainer = await make();
let epoch = 0;
const steps = await grown(5, 60, async () => {
  for await (const batch of batches(data, { batchSize: 32, seed: 1, epoch: epoch++ })) await trainer.step(batch);
});
await trainer.release();
const trainers = await grown(20, 60, async () => {
  const each = await make();
  for await (const batch of batches(data, { batchSize: 32, seed: 1, epoch: 0 })) { await each.step(batch); break; }
  await each.evaluate(data);
  await each.release();
});
console.log(JSON.stringify({ steps, trainers }));
`;

it("memory does not grow with steps, nor with trainers that are released", () => {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ["--expose-gc", "--import", "tsx", "--input-type=module", "-e", script],
    { cwd: root, encoding: "utf8" },
  );
  expect(status, stderr).toBe(0);
  const { steps, trainers } = JSON.parse(stdout);
  // A trainer here holds more than half a megabyte: sixty that were not released would show.
  expect(steps.own).toBeLessThan(2);
  expect(steps.rss).toBeLessThan(15);
  expect(trainers.own).toBeLessThan(4);
  expect(trainers.rss).toBeLessThan(25);
});
