import { readdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type Arena, type Block, Layout } from "../../../src/engine/arena.js";
import { compileKernel } from "../../../src/engine/kernel/index.js";
import { nodeEngine } from "../../../src/engine/node.js";
import { sharedBuffers } from "../../../src/engine/shared-buffers.js";
import { type Runner, runAlone } from "../../../src/engine/team/runner.js";
import { Team } from "../../../src/engine/team/team.js";
import { type Group, placeGroups } from "../../../src/engine/training/placement.js";
import { prepareUpdate } from "../../../src/engine/training/update.js";
import { input, sum } from "../../../src/graph/index.js";
import { missing } from "../../../src/missing.js";
import type { Rule } from "../../../src/optim/index.js";
import { usualUnits } from "../../../src/optim/units.js";
import { random } from "../../../src/random/random.js";
import { rules } from "../../support/rules.js";

const bufferOver = await sharedBuffers();
if (!bufferOver) throw new Error("koffi is not installed: npm install");

const open: Team[] = [];
afterEach(async () => {
  for (const team of open.splice(0)) await team.release();
});

/** A team whose threads are all awake: every one has done blocks of some work. */
const awake = async (memory: WebAssembly.Memory, size: number): Promise<Team> => {
  const team = await Team.of(memory, size);
  open.push(team);
  const x = input("x", [2 ** 20]);
  const kernel = compileKernel({ arrays: [x], scalars: [], stores: [{ into: x, value: x.add(1) }] });
  const run = team.prepare({ kernels: [kernel], calls: [{ kernel: 0, pointers: [64], count: 2 ** 20 }] });
  while (!team.done.every((blocks) => blocks > 0)) {
    run([[]]);
    await pause(5);
  }
  return team;
};

/** Room at the start of the memory that `awake` works in. */
const room = (layout: Layout): Block => layout.reserve(2 ** 20);

describe("the update of every rule", () => {
  /** One parameter large enough to share, and some that end within a block, or are smaller than a vector. */
  const shapes = [[601, 440], [16384], [37], [3]];
  const steps = 3;
  const start = new Float32Array(300_000);
  const gradients = Array.from({ length: steps }, () => new Float32Array(300_000));
  random(1, "team").fillNormal(start);
  gradients.forEach((g, step) => void random(step, "gradients").fillNormal(g));

  interface Placed {
    readonly name: string;
    readonly rule: Rule;
    readonly group: Group;
    readonly gradient: Block;
  }

  /** What all rules make of the parameters and of their states. */
  const trained = async (
    threads: number,
    allocate: (layout: Layout) => Arena,
  ): Promise<Map<string, Float32Array>> => {
    const layout = new Layout();
    room(layout);
    const placed = Object.entries(rules).map(([name, rule]): Placed => {
      const parameters = shapes.map((shape, i) => ({
        name: `p${i}`,
        tensor: input(`p${i}`, shape),
        shape,
        initialize: () => {},
        rule,
      }));
      const group = placeGroups(layout, parameters)[0] ?? missing();
      return { name, rule: group.rule, group, gradient: layout.reserve(group.theta.count) };
    });
    const arena = allocate(layout);
    const { memory } = arena;
    const runner: Runner = threads > 1 ? await awake(memory, threads) : runAlone(memory);
    const results = new Map<string, Float32Array>();
    for (const { name, rule, group, gradient } of placed) {
      arena.view(group.theta).set(start.subarray(0, group.theta.count));
      Object.values(rule.states).forEach((initial, i) => {
        const state = arena.view(group.states[i] ?? missing());
        if (initial === "theta") state.set(arena.view(group.theta));
        else state.fill(initial);
      });
      const place = {
        arena,
        runner,
        engine: nodeEngine,
        options: { threads: 1 },
        unitsOf: ({ shape }: { readonly shape: readonly number[] }) => usualUnits(shape),
      };
      const update = await prepareUpdate(rule, group, gradient, place);
      for (let step = 0; step < steps; step++) {
        arena.view(gradient).set((gradients[step] ?? missing()).subarray(0, gradient.count));
        await update.run({ step, steps, stepsPerEpoch: 2 });
      }
      await update.release();
      [group.theta, ...group.states].forEach((block, i) => {
        results.set(`${name} ${i}`, arena.view(block).slice());
      });
    }
    return results;
  };

  let expected: ReadonlyMap<string, Float32Array>;
  beforeAll(async () => {
    expected = await trained(1, (layout) => layout.allocate());
  });

  const same = (given: ReadonlyMap<string, Float32Array>) => {
    expect([...given.keys()]).toEqual([...expected.keys()]);
    const different = [...given].filter(
      ([name, values]) => Buffer.compare(bytesOf(values), bytesOf(expected.get(name) ?? missing())) !== 0,
    );
    expect(different.map(([name]) => name)).toEqual([]);
  };

  it("moves the parameters", () => {
    for (const name of Object.keys(rules)) {
      const values = expected.get(`${name} 0`) ?? missing();
      expect(values.every(Number.isFinite)).toBe(true);
      expect(Buffer.compare(bytesOf(values), bytesOf(start.subarray(0, values.length)))).not.toBe(0);
    }
  });

  it("gives the same bytes on one thread in shared memory", async () => {
    same(await trained(1, (layout) => layout.allocate(bufferOver)));
  });

  it.each([2, 4])("gives the same bytes on %i threads", async (threads) => {
    same(await trained(threads, (layout) => layout.allocate(bufferOver)));
  });
});

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

describe("a team", () => {
  it("waits for what others have taken", async () => {
    // Each fold is one block, of some milliseconds: the caller is done with its own long before the other thread is.
    const count = 2 ** 21;
    const layout = new Layout();
    room(layout);
    const [short, long] = [layout.reserve(64), layout.reserve(count)];
    const arena = layout.allocate(bufferOver);
    const team = await awake(arena.memory, 2);
    const x = input("x", ["batch"]);
    const kernel = compileKernel({ arrays: [x], scalars: [], stores: [{ into: x, value: x.add(sum(x)) }] });
    const run = team.prepare({
      kernels: [kernel],
      calls: [
        { kernel: 0, pointers: [long.offset], count },
        ...Array.from({ length: 63 }, (_, i) => ({ kernel: 0, pointers: [short.offset + 4 * i], count: 1 })),
      ],
    });
    const before = team.done;
    for (let round = 0; team.done[1] === before[1] || round < 200; round++) {
      arena.view(long).fill(0);
      arena.view({ offset: long.offset + 4 * (count - 1), count: 1 }).fill(1);
      run([[]]);
      // Σ is 1, so that the last element is 2 once the block is done.
      expect(arena.view(long)[count - 1]).toBe(2);
    }
  });

  it("says that a thread was lost where one fails", async () => {
    const layout = new Layout();
    room(layout);
    const arena = layout.allocate(bufferOver);
    const team = await awake(arena.memory, 2);
    const x = input("x", ["batch"]);
    const kernel = compileKernel({ arrays: [x], scalars: [], stores: [{ into: x, value: x.add(1) }] });
    // Far outside of the memory: whoever takes such a block fails.
    const calls = [{ kernel: 0, pointers: [arena.buffer.byteLength], count: 2 ** 22 }];
    const run = team.prepare({ kernels: [kernel], calls });
    for (let failed = false; !failed; ) {
      try {
        run([[]]);
      } catch (error) {
        failed = /a thread of the update was lost/.test(String(error));
      }
    }
  });

  it.skipIf(process.platform !== "linux")("ends its threads when it is released", async () => {
    const threads = () => readdirSync("/proc/self/task").length;
    const layout = new Layout();
    room(layout);
    const arena = layout.allocate(bufferOver);
    await (await awake(arena.memory, 2)).release();
    const before = threads();
    const team = await awake(arena.memory, 3);
    expect(threads()).toBeGreaterThanOrEqual(before + 2);
    await team.release();
    while (threads() > before) await pause(10);
  });
});

describe("koffi", () => {
  it("is done without where it is not installed", async () => {
    vi.resetModules();
    vi.doMock("koffi", () => {
      throw new Error("Cannot find package 'koffi'");
    });
    const { nodeEngine: engine } = await import("../../../src/engine/node.js");
    expect(await engine.sharing?.({ threads: 2 })).toBeUndefined();
    vi.doUnmock("koffi");
    expect(await nodeEngine.sharing?.({ threads: 2 })).toEqual({ threads: 2, bufferOver });
    expect(await nodeEngine.sharing?.({ threads: 1 })).toBeUndefined();
  });
});
