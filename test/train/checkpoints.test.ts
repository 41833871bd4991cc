import { readdirSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nodeEngine } from "../../src/engine/node.js";
import type { TrainingGraph } from "../../src/engine/training/graph.js";
import { openSession } from "../../src/engine/training/open.js";
import type { TrainingSession } from "../../src/engine/training/session.js";
import { input, matmul, mean, square } from "../../src/graph/index.js";
import { adam, chain, cosineDecay, ema, l2, maxNorm, momentum } from "../../src/index.js";
import type { Rule } from "../../src/optim/rule.js";
import { random } from "../../src/random/random.js";
import { Checkpoints } from "../../src/train/checkpoints.js";
import type { CourseState } from "../../src/train/course.js";
import { graphFingerprint } from "../../src/train/graph-fingerprint.js";
import { Watch } from "../../src/train/watch.js";
import { temporaryFolder } from "../support/cli.js";
import { smallDisk } from "../support/small-disk.js";

const steps = { steps: 20, stepsPerEpoch: 5 };

interface Variant {
  readonly rule?: Rule;
  readonly units?: number;
  readonly keep?: number;
  readonly limit?: number;
  readonly seed?: number;
  readonly factor?: number;
  readonly clipNorm?: number;
}

/** A layer with dropout in front of it, whose outputs' mean is followed by a state. */
const graphOf = ({
  rule = chain(l2(1e-3), adam({ learningRate: cosineDecay({ initial: 0.1 }) }), ema({ decay: 0.9 })),
  units = 3,
  keep = 0.5,
  limit = 2,
  seed = 1,
  factor = 1,
  clipNorm = 0.5,
}: Variant = {}): TrainingGraph => {
  const x = input("x", ["batch", 4]);
  const weight = input("weight", [4, units]);
  const mask = input("mask", ["batch", 4]);
  const running = input("running", [units]);
  const output = matmul(x.mul(mask), weight);
  const { acts, name } = maxNorm(limit);
  if (acts.kind !== "units") throw new Error("maxNorm scales units");
  return {
    loss: mean(square(output.sub(1))).mul(factor),
    metrics: {},
    data: [x],
    parameters: [
      {
        name: "weight",
        tensor: weight,
        shape: [4, units],
        initialize: (values) => random(7, "weights").fillNormal(values),
        rule,
        projections: [{ kind: "units", name, scaling: acts.scaling(rule) }],
      },
    ],
    states: [
      {
        name: "running",
        tensor: running,
        shape: [units],
        initialize: (values) => values.fill(0),
        next: running.mul(0.9).add(mean(output, [0]).mul(0.1)),
      },
    ],
    draws: [{ name: "mask", tensor: mask, kind: "bernoulli", keep, scale: 1 / keep }],
    batchSize: 8,
    seed,
    clipNorm,
  };
};

const open = (graph = graphOf()) => openSession(graph, nodeEngine, { threads: 1 });

/** The steps `from` to `to`, each with a batch of its own. */
const train = async (session: TrainingSession, from: number, to: number): Promise<void> => {
  for (let step = from; step < to; step++) {
    const x = session.batch(8).x;
    if (!(x instanceof Float32Array)) throw new Error("the input is of floats");
    random(3, "batch", step).fillNormal(x);
    await session.step(8, { step, ...steps });
  }
};

const checkpointsOf = (folder: string, session: TrainingSession, graph = graphOf(), every = 0) =>
  Checkpoints.begin({ folder, every }, session, graphFingerprint(graph, steps));

/** Where a training stands, as far as a checkpoint of a session goes. */
const course = (step: number) => {
  const state: CourseState = {
    trainer: { steps: step, rates: [] },
    epoch: 0,
    step,
    totals: { examples: 8, weight: 8, loss: 0.1 + step, metrics: {} },
    records: [],
    watch: new Watch({ name: "loss", better: "lower" }, 0).state,
    seconds: 1 / 3,
    epochSeconds: 0,
    callbacks: [],
  };
  return { step, shared: {}, state };
};

describe("a training that goes on from a checkpoint", () => {
  it("ends as if it had never stopped, bit for bit", async () => {
    const folder = temporaryFolder();
    const whole = await open();
    await train(whole, 0, 12);
    const first = await open();
    const writing = await checkpointsOf(folder, first);
    await train(first, 0, 7);
    await writing.take(course(7));
    // What is written is the training of then, whatever is done meanwhile.
    await train(first, 7, 9);
    await writing.release();

    const second = await open();
    const reading = await checkpointsOf(folder, second);
    const last = await reading.last();
    expect(last).toMatchObject(course(7));
    await second.setTensors(last?.tensors ?? {});
    await train(second, 7, 12);
    expect(await second.tensors()).toStrictEqual(await whole.tensors());
    expect(await second.values()).toStrictEqual(await whole.values());
    await Promise.all([whole, first, second].map((session) => session.release()));
  });

  it("starts at the beginning where there is no checkpoint yet", async () => {
    const session = await open();
    expect(await (await checkpointsOf(temporaryFolder(), session)).last()).toBeUndefined();
    await session.release();
  });
});

describe("when a checkpoint is due", () => {
  it("is after the minutes given, and at the end of an epoch unless the last took too long", async () => {
    const session = await open();
    const often = await checkpointsOf(temporaryFolder(), session, graphOf(), 0);
    expect(often.isDue("step")).toBe(true);
    const seldom = await checkpointsOf(temporaryFolder(), session, graphOf(), 10);
    expect(seldom.isDue("step")).toBe(false);
    expect(seldom.isDue("epoch")).toBe(true);
    await seldom.take(course(1));
    expect(seldom.isDue("epoch")).toBe(false);
    await seldom.settle();
    expect(seldom.isDue("epoch")).toBe(false);
    await Promise.all([often.release(), seldom.release()]);
    await session.release();
  });
});

describe("a checkpoint is refused", () => {
  it.each<[string, Variant, RegExp]>([
    ["another seed", { seed: 2 }, /is of another training: seed was 1 and is 2;/],
    ["another shape", { units: 2 }, /shape of weight was "\[4, 3\]" and is "\[4, 2\]"/],
    ["another rule", { rule: momentum({ learningRate: 0.1 }) }, /rule of weight was .* and is "momentum"/],
    [
      "another rate",
      { rule: chain(l2(1e-3), adam({ learningRate: cosineDecay({ initial: 0.2 }) }), ema({ decay: 0.9 })) },
      /: learning rate of weight at step 1 was 0.1 and is 0.2;/,
    ],
    [
      "another penalty",
      { rule: chain(l2(1e-2), adam({ learningRate: cosineDecay({ initial: 0.1 }) }), ema({ decay: 0.9 })) },
      /: (rate 0|computation of the rule) of weight( at step 1)? was/,
    ],
    ["another limit", { limit: 3 }, /: constraint 0 of weight was "maxNorm\(2\)" and is "maxNorm\(3\)"/],
    ["another dropout", { keep: 0.8 }, /draw mask was "keep 0.5, scale 2" and is "keep 0.8, scale 1.25"/],
    ["another clipping", { clipNorm: 1 }, /clipNorm was 0.5 and is 1/],
    ["another loss", { factor: 2 }, /network and loss was "[0-9a-f]{16}" and is "[0-9a-f]{16}"/],
  ])("of %s", async (_, variant, message) => {
    const folder = temporaryFolder();
    const session = await open();
    const writing = await checkpointsOf(folder, session);
    await writing.take(course(0));
    await writing.release();
    const other = await open(graphOf(variant));
    await expect((await checkpointsOf(folder, other, graphOf(variant))).last()).rejects.toThrow(message);
    await Promise.all([session.release(), other.release()]);
  });

  it("that is damaged, and where there are others in the folder already", async () => {
    const folder = temporaryFolder();
    const session = await open();
    const checkpoints = await checkpointsOf(folder, session);
    await checkpoints.requireNone();
    await checkpoints.take(course(3));
    await checkpoints.release();
    await expect(checkpoints.requireNone()).rejects.toThrow(
      `checkpoint.folder ${folder} has checkpoints of another training (checkpoint-000000003.safetensors); go on with resume: true, or choose another folder`,
    );
    const [file = ""] = readdirSync(folder);
    truncateSync(join(folder, file), 100);
    await expect(checkpoints.last()).rejects.toThrow(/header would have \d+ bytes, .*; begin anew$/);
    await session.release();
  });
});

it("a full disk does not end the training, and leaves the last good one", async (context) => {
  const disk = smallDisk("64k", context);
  const graph = graphOf({ units: 500 });
  const session = await open(graph);
  const checkpoints = await checkpointsOf(disk, session, graph);
  for (const step of [0, 1]) {
    await checkpoints.take(course(step));
    await checkpoints.settle();
    await train(session, step, step + 1);
  }
  expect(checkpoints.problem?.message).toMatch(/^cannot write .*: the disk is full; choose another place$/);
  expect((await checkpoints.last())?.step).toBe(0);
  await checkpoints.release();
  await session.release();
});
