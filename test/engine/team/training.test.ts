import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import type { Engine } from "../../../src/engine/engine.js";
import { nodeEngine } from "../../../src/engine/node.js";
import { sharedBuffers } from "../../../src/engine/shared-buffers.js";
import { Team } from "../../../src/engine/team/team.js";
import {
  adam,
  chain,
  createTrainer,
  dropout,
  ema,
  linear,
  maxNorm,
  relu,
  sequential,
} from "../../../src/index.js";
import { missing } from "../../../src/missing.js";
import { random } from "../../../src/random/random.js";
import { root } from "../../support/cli.js";

const BATCH = 8;
const FEATURES = 500;
const batch = {
  inputs: { input: new Float32Array(BATCH * FEATURES) },
  targets: { target: Uint8Array.from({ length: BATCH }, (_, i) => i % 3) },
};
random(1, "batch").fillNormal(batch.inputs.input);

/** The engine where threads cannot share memory with it. */
const { sharing: _, ...unshared } = nodeEngine;

/** The engine with so many threads for the update, and one for itself: what it computes is then the same. */
const engineOf = (threads: number): Engine => ({
  ...unshared,
  sharing: async () => {
    const bufferOver = await sharedBuffers();
    return bufferOver && { threads, bufferOver };
  },
});

/** 310 000 parameters, more than are updated on one thread; masks, clipping, a projection and an average of the iterates. */
const open = (engine: Engine) =>
  createTrainer(sequential(dropout({ keep: 0.8 }), linear(600), relu(), dropout({ keep: 0.5 }), linear(3)), {
    inputs: [FEATURES],
    targets: { kind: "class", classes: 3, shape: [] },
    optimizer: chain(adam({ learningRate: 0.01 }), ema()),
    constraint: maxNorm(1),
    clipNorm: 0.5,
    batchSize: BATCH,
    seed: 3,
    threads: 1,
    engine,
  });

type Trainer = Awaited<ReturnType<typeof open>>;

const train = async (trainer: Trainer, steps: number) => {
  for (let step = 0; step < steps; step++) await trainer.step(batch);
};

/** Opens a trainer, and lets it train until all of its threads have taken part, before it begins anew. */
const openAwake = async (engine: Engine): Promise<Trainer> => {
  const teamOf = vi.spyOn(Team, "of");
  const trainer = await open(engine);
  const team = await teamOf.mock.results[0]?.value;
  teamOf.mockRestore();
  const start = await trainer.checkpoint();
  while (!(team as Team).done.every((blocks) => blocks > 0)) await train(trainer, 1);
  await trainer.restore(start);
  return trainer;
};

const expectSame = async (given: Trainer, expected: Trainer) => {
  const [a, b] = [await given.checkpoint(), await expected.checkpoint()];
  expect(Object.keys(a.tensors)).toEqual(Object.keys(b.tensors));
  const different = Object.entries(a.tensors).filter(([name, { data }]) => {
    const other = b.tensors[name] ?? missing();
    return data.some((value, i) => !Object.is(value, other.data[i]));
  });
  expect(different.map(([name]) => name)).toEqual([]);
};

it.each([
  ["one thread in shared memory", engineOf(1)],
  ["two threads", engineOf(2)],
  ["four threads", engineOf(4)],
])("trains the same on %s as without shared memory", async (_name, engine) => {
  const plain = await open(unshared);
  const shared = await openAwake(engine);
  await train(plain, 6);
  await train(shared, 6);
  await expectSame(shared, plain);
  await plain.release();
  await shared.release();
});

it("goes on from a checkpoint on another number of threads as if nothing had happened", async () => {
  const whole = await openAwake(engineOf(4));
  await train(whole, 5);
  const first = await openAwake(engineOf(2));
  await train(first, 2);
  const second = await open(unshared);
  await second.restore(await first.checkpoint());
  await train(second, 2);
  const third = await open(engineOf(4));
  await third.restore(await second.checkpoint());
  await train(third, 1);
  await expectSame(third, whole);
  for (const trainer of [whole, first, second, third]) await trainer.release();
});

it("lets the engine's threads sleep between runs where others update, and there only", async () => {
  const loaded: unknown[] = [];
  const watched = (engine: Engine): Engine => ({
    ...engine,
    load: (model, options) => {
      loaded.push(options?.spinning);
      return engine.load(model, options);
    },
  });
  for (const engine of [engineOf(2), unshared]) await (await open(watched(engine))).release();
  expect(new Set(loaded.splice(0, loaded.length / 2))).toEqual(new Set(["within runs"]));
  expect(new Set(loaded)).toEqual(new Set([undefined]));
});

/** Runs a program of its own. */
const run = (code: string): string =>
  execFileSync(process.execPath, ["--import", "tsx", "--expose-gc", "--input-type=module", "-e", code], {
    cwd: root,
    encoding: "utf8",
    timeout: 60_000,
  });

const training = `
  import { createTrainer, linear, adam } from "${join(root, "src/index.ts")}";
  const open = () => createTrainer(linear(2000), { inputs: [500], targets: { kind: "value", shape: [2000] }, optimizer: adam(), batchSize: 1, threads: 2 });
  const batch = { inputs: { input: new Float32Array(500).fill(1) }, targets: { target: new Float32Array(2000) } };
`;

it("does not keep a program from ending, released or not", () => {
  const printed = run(`${training}
    const [one, other] = [await open(), await open()];
    for (let step = 0; step < 20; step++) for (const trainer of [one, other]) await trainer.step(batch);
    await one.release();
    console.log("the end");`);
  expect(printed).toBe("the end\n");
});

it("keeps no memory of trainers that were released", () => {
  // 20 MB of parameters, gradients and moments each.
  const used = run(`${training}
    const after = [];
    for (let i = 1; i <= 32; i++) {
      const trainer = await open();
      await trainer.step(batch);
      await trainer.release();
      if (i === 8 || i === 32) { gc(); await new Promise((done) => setTimeout(done, 100)); gc(); after.push(process.memoryUsage().rss / 2 ** 20); }
    }
    console.log(JSON.stringify(after));`);
  const [early = missing(), late = missing()]: readonly number[] = JSON.parse(used);
  // 24 trainers more, 480 MB if they were kept.
  expect(late - early).toBeLessThan(160);
});
