import { describe, expect, it } from "vitest";
import { lowerToBlocks } from "../../../src/engine/lowering/blocked/lower.js";
import { probeBlocks, withBlocks } from "../../../src/engine/lowering/blocked/probe.js";
import { nodeEngine } from "../../../src/engine/node.js";
import { blockedTarget, convolutionTarget, runtimeTarget } from "../../../src/engine/runtime-target.js";
import { fixBatch } from "../../../src/graph/fix-batch.js";
import * as graph from "../../../src/graph/index.js";
import { batch, input, type Tensor, topologicalOrder } from "../../../src/graph/index.js";
import { normaliseBatch } from "../../../src/graph/ops/normalisation.js";
import { decodeModel } from "../../../src/onnx/codec.js";
import type { Target } from "../../../src/onnx/target.js";
import { writeModel } from "../../../src/onnx/write.js";
import { derivatives, engineFor, farthest, type Network, numbers, Parameters } from "./chains.js";

const b = await probeBlocks(nodeEngine, withBlocks(runtimeTarget));
const width = b ?? 8;
const targets: Readonly<Record<string, Target>> = {
  "standard operators": convolutionTarget,
  ...(b === undefined ? {} : { "blocks of channels": blockedTarget(b) }),
};

const spread = (v: Tensor): Tensor => graph.reshape(v, [-1, 1, 1]);

const normalised = (x: Tensor, gamma: Tensor, beta: Tensor): Tensor =>
  normaliseBatch(x, 1e-3).mul(spread(gamma)).add(spread(beta));

/** The same, left to differentiation. */
const plainlyNormalised = (x: Tensor): Tensor => {
  const centred = x.sub(spread(graph.mean(x, [0, 2, 3])));
  return centred.mul(
    spread(graph.div(1, graph.sqrt(graph.mean(graph.square(centred), [0, 2, 3]).add(1e-3)))),
  );
};

type Make = (dtype: graph.DType) => Network;

/** A network over pictures of so many channels, from parameters that it takes as it goes. */
const over =
  (channels: number, size: number, net: (x: Tensor, parameters: Parameters) => Tensor): Make =>
  (dtype) => {
    const x = input("x", [batch, channels, size, size], dtype);
    const parameters = new Parameters(dtype);
    const y = net(x, parameters);
    return { x, parameters: parameters.all, y };
  };

const networks: Readonly<Record<string, Make>> = {
  "a convolution of pictures": over(3, width, (x, w) =>
    graph.conv(x, w.of(width, 3, 3, 3), { padding: 1, bias: w.of(width) }),
  ),
  "of pictures with a window of its own on each axis": over(1, 2 * width + 1, (x, w) =>
    graph.conv(x, w.of(width, 1, 5, 2), { padding: [[2, 1], 0] }),
  ),
  "a convolution and one on it": over(2, 6, (x, w) =>
    graph.conv(
      graph.tanh(graph.conv(x, w.of(width, 2, 3, 3), { padding: 1 })),
      w.of(2 * width, width, 3, 3),
      {
        padding: [1, [0, 1]],
        bias: w.of(2 * width),
      },
    ),
  ),
  "with a stride": over(width, 8, (x, w) =>
    graph.conv(
      graph.conv(x, w.of(2 * width, width, 3, 3), { padding: 1, stride: 2 }),
      w.of(width, 2 * width, 1, 1),
      {
        stride: 2,
      },
    ),
  ),
  "with strides that leave elements over": over(width, 7, (x, w) =>
    graph.conv(x, w.of(width, width, 3, 2), { stride: [2, 3], padding: 1 }),
  ),
  "with a stride that divides the size, of windows that do not reach the end": over(width, 6, (x, w) =>
    graph.conv(x, w.of(width, width, 2, 2), { stride: 3 }),
  ),
  "with dilation": over(width, 7, (x, w) =>
    graph.conv(x, w.of(width, width, 3, 3), { padding: 2, dilation: [2, 1] }),
  ),
  "with dilation on both axes": over(width, 7, (x, w) =>
    graph.conv(x, w.of(width, width, 3, 3), { padding: 2, dilation: 2 }),
  ),
  "depthwise and in groups": over(2 * width, 6, (x, w) =>
    graph.conv(
      graph.conv(x, w.of(2 * width, 1, 3, 3), { padding: 1, groups: 2 * width }),
      w.of(4, width, 3, 3),
      {
        groups: 2,
      },
    ),
  ),
  "of channels that fill no block": over(3, 5, (x, w) =>
    graph.conv(graph.relu(graph.conv(x, w.of(5, 3, 3, 3))), w.of(width, 5, 2, 2)),
  ),
  "of channels that fill half a block": over(width / 2, 6, (x, w) => {
    const h = graph.conv(x, w.of(width / 2, width / 2, 3, 3), { padding: 1, bias: w.of(width / 2) });
    return graph.conv(graph.relu(h), w.of(width + width / 2, width / 2, 3, 3), { stride: 2, padding: 1 });
  }),
  "with windows that see a part of the picture": over(width, 9, (x, w) =>
    graph.conv(x, w.of(width, width, 3, 3), { stride: 4, padding: 0 }),
  ),
  transposed: over(width, 4, (x, w) =>
    graph.convTranspose(x, w.of(width, width, 3, 3), { stride: 2, padding: 1, outputPadding: 1 }),
  ),
  "of one axis and of three": over(2, 6, (x, w) => {
    const one = graph.conv(graph.reshape(x, [batch, 2, 36]), w.of(4, 2, 3), { padding: 1 });
    return graph.conv(graph.reshape(one, [batch, 4, 4, 3, 3]), w.of(2, 4, 2, 2, 2));
  }),
  "activations, pooling and a mean": over(3, 8, (x, w) => {
    const first = graph.relu(graph.conv(x, w.of(width, 3, 3, 3), { padding: 1, bias: w.of(width) }));
    const pooled = graph.maxPool(graph.silu(first), { size: 2 });
    const next = graph.leakyRelu(graph.conv(pooled, w.of(width, width, 3, 3), { padding: 1 }));
    return graph.mean(next.mul(pooled).div(graph.square(pooled).add(2)), [2, 3]);
  }),
  "a pooling whose windows overlap, and one that leaves elements over": over(width, 7, (x, w) => {
    const h = graph.conv(x, w.of(width, width, 1, 1));
    return graph.maxPool(graph.maxPool(h, { size: 3, stride: 2, padding: 1 }), { size: 3 });
  }),
  "batch normalisation and shortcuts": over(3, width, (x, w) => {
    const norm = (h: Tensor, channels: number) => normalised(h, w.of(channels), w.of(channels));
    const h = graph.relu(norm(graph.conv(x, w.of(width, 3, 3, 3), { padding: 1 }), width));
    const inner = norm(graph.conv(h, w.of(width, width, 3, 3), { padding: 1 }), width);
    const sum = graph.relu(inner.add(h));
    const narrow = norm(graph.conv(sum, w.of(2 * width, width, 1, 1), { stride: 2 }), 2 * width);
    const wide = graph.conv(sum, w.of(2 * width, width, 3, 3), { stride: 2, padding: 1 });
    return graph.mean(graph.relu(norm(wide, 2 * width).add(narrow)), [2, 3]);
  }),
  "a normalisation that is written out": over(3, 8, (x, w) =>
    graph.relu(plainlyNormalised(graph.conv(x, w.of(width, 3, 3, 3)))),
  ),
  "numbers for each channel on every side": over(width, 4, (x, w) => {
    const h = graph.conv(x, w.of(width, width, 1, 1));
    const [p, q] = [spread(w.of(width)), spread(w.of(width))];
    const squares = graph.square(q).add(1);
    return p
      .sub(p.mul(h).sub(q))
      .div(squares)
      .add(q.add(h))
      .mul(h.add(1))
      .add(graph.mul(2, h).add(graph.sub(1, h)));
  }),
  "what is read in blocks and as it is": over(width, 4, (x, w) => {
    const h = graph.conv(x, w.of(width, width, 3, 3), { padding: 1 });
    const other = graph.transpose(h, [0, 1, 3, 2]);
    return h
      .add(other)
      .mul(graph.cast(graph.greater(h, other), h.dtype))
      .add(graph.sum(h, [1, 2, 3], { keepDims: true }));
  }),
  "a normalisation of each example's channels": over(width, 4, (x, w) => {
    const h = graph.conv(x, w.of(width, width, 3, 3), { padding: 1 });
    const gate = graph.sigmoid(graph.mean(h, [2, 3], { keepDims: true }));
    return h.mul(gate).sub(graph.mean(h, [2, 3], { keepDims: true }));
  }),
};

const batchSize = 3;

describe.each(Object.entries(networks))("%s", (_name, make) => {
  it.each(Object.entries(targets))(
    "has the derivatives of float64 in %s",
    async (_target, target) => {
      const exact = await derivatives(make("float64"), runtimeTarget, batchSize);
      for (const fixed of [true, false]) {
        const found = await derivatives(make("float32"), target, batchSize, { fixed });
        expect(farthest(exact, found), fixed ? "batch known" : "batch not known").toBeLessThan(2e-5);
      }
    },
    20_000,
  );
});

const typesFor = ({ x, parameters, y }: Network, target?: Target): string[] => {
  const leaves = [x, ...parameters];
  const gradients = graph.grad(graph.sum(graph.square(y)), leaves.slice(1));
  const outputs = Object.fromEntries([y, ...gradients].map((g, i) => [`${i}`, g]));
  const model = decodeModel(writeModel({ inputs: leaves, outputs, batchSize }, target));
  return (model.graph.node ?? []).map(({ domain, opType }) => (domain ? `${domain}.${opType}` : `${opType}`));
};

describe.skipIf(b === undefined)("blocks", () => {
  const target = blockedTarget(width);

  it("last from a chain's first convolution to its last gradient", () => {
    const { x, parameters, y } = (networks["batch normalisation and shortcuts"] as Make)("float32");
    const outputs = [y, ...graph.grad(graph.sum(graph.square(y)), [...parameters])];
    const fixed = fixBatch([x, ...outputs], batchSize);
    const lowered = lowerToBlocks(width)(outputs.map(fixed), { largest: Number });
    const reordered = (name: string) =>
      topologicalOrder(lowered).filter(
        ({ operation, shape }) => operation.definition.name === name && shape[0] === batchSize,
      );
    expect(reordered("reorderInput")).toEqual([]);
    // The gradients that the products for the weights read; those of the first layer are read in blocks.
    expect(reordered("reorderOutput")).toHaveLength(3);
  });

  it("take up what follows a convolution as it is written", () => {
    const plain = over(width, 4, (x, w) => {
      const h = graph.conv(x, w.of(width, width, 1, 1));
      return graph.relu(graph.conv(h, w.of(width, width, 1, 1), { bias: w.of(width) }).add(h));
    })("float32");
    const leaves = [plain.x, ...plain.parameters];
    const model = decodeModel(writeModel({ inputs: leaves, outputs: { y: plain.y } }, target));
    const types = (model.graph.node ?? []).map(({ opType }) => opType);
    expect(types).not.toContain("Relu");
    expect(types).not.toContain("Add");
    expect(types.filter((type) => type === "Conv")).toHaveLength(2);
  });

  it("are what the engine takes for convolutions, and only for these", async () => {
    const x = input("x", [batch, width, 2, 2]);
    const w = input("w", [width, width, 1, 1]);
    const chosen = async (y: Tensor) => (await nodeEngine.targetFor?.([y]))?.name;
    expect(await chosen(graph.conv(x, w))).toBe(target.name);
    expect(await chosen(graph.relu(x))).toBe(runtimeTarget.name);
  });

  it("are told from a runtime that has none", async () => {
    const none = { ...nodeEngine, load: () => Promise.reject(new Error("no such operator")) };
    expect(await probeBlocks(none, withBlocks(runtimeTarget))).toBeUndefined();
  });
});

it("exported models hold standard operators only", () => {
  for (const make of Object.values(networks)) {
    expect(typesFor(make("float32")).filter((type) => type.includes("."))).toEqual([]);
  }
});

describe.each(Object.entries(targets))("in %s", (_name, target) => {
  it("sums over pictures keep their digits", async () => {
    const x = input("x", [batch, width, 64, 64]);
    const bias = input("bias", [width]);
    const y = graph.conv(x, graph.full([width, width, 1, 1], 1 / width), { bias });
    const gradient = graph.grad(graph.sum(y.mul(Math.fround(0.1))), [bias])[0];
    const { compile } = await import("../../../src/engine/compile.js");
    const outputs = { gradient, mean: graph.mean(y, [0, 2, 3]) };
    const program = await compile({ inputs: [x, bias], outputs }, { engine: engineFor(target) });
    const images = 40;
    const values = new Float32Array(images * width * 64 * 64).fill(0.1);
    const { gradient: total, mean } = await program.run({ x: values, bias: new Float32Array(width) });
    await program.release();
    for (const value of total.data)
      expect(Number(value) / (images * 64 * 64 * Math.fround(0.1))).toBeCloseTo(1, 5);
    for (const value of mean.data) expect(Number(value) / Math.fround(0.1)).toBeCloseTo(1, 5);
  });

  it("the number of threads changes nothing", async () => {
    for (const name of ["batch normalisation and shortcuts", "activations, pooling and a mean"]) {
      const make = networks[name] as Make;
      const [one, two] = [
        await derivatives(make("float32"), target, 5, { threads: 1 }),
        await derivatives(make("float32"), target, 5, { threads: 2 }),
      ];
      expect(farthest(one, two)).toBe(0);
    }
  });

  it("the gradient of a maximum goes to the first of equal elements", async () => {
    const x = input("x", [batch, width, 2, 4]);
    const h = graph.conv(x, graph.constant(identity(width), [width, width, 1, 1]));
    const [dx] = graph.grad(graph.sum(graph.maxPool(h, { size: 2 })), [x]);
    const { compile } = await import("../../../src/engine/compile.js");
    const program = await compile({ inputs: [x], outputs: { dx } }, { engine: engineFor(target) });
    const plane = [1, 1, 0, 2, 1, 1, 2, 2];
    const { dx: found } = await program.run({ x: Array.from({ length: width }, () => plane).flat() });
    await program.release();
    expect(Array.from(found.data.slice(-8), Number)).toEqual([1, 0, 0, 1, 0, 0, 0, 0]);
  });
});

const identity = (n: number): Float32Array =>
  Float32Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));

it("numbers for tests are spread", () => {
  expect(new Set(numbers(100, 1)).size).toBeGreaterThan(90);
});
