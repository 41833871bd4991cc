import { expect, it } from "vitest";
import type { NodeProto } from "../../src/onnx/schema.js";
import { largestDifference } from "../graph/run.js";
import { floats, foreign, op, value } from "./foreign.js";
import { runAsRead, runDirectly } from "./runtime.js";

const waves = (count: number): number[] => Array.from({ length: count }, (_, i) => Math.sin(1.7 * i + 0.3));

const nodes: Readonly<Record<string, NodeProto>> = {
  "Conv, strided and padded unlike": op("Conv", "x w b", "y", { strides: [2, 1], pads: [1, 0, 0, 2] }),
  "Conv in groups": op("Conv", "x grouped", "y", { group: 2, kernel_shape: [3, 2] }),
  "Conv, SAME_UPPER": op("Conv", "x w", "y", { auto_pad: "SAME_UPPER", strides: [2, 3] }),
  "Conv, SAME_LOWER": op("Conv", "x w", "y", { auto_pad: "SAME_LOWER" }),
  "Conv, VALID": op("Conv", "x w", "y", { auto_pad: "VALID", dilations: [2, 1] }),
  ConvTranspose: op("ConvTranspose", "x back bias", "y", {
    strides: [2, 3],
    pads: [1, 0, 0, 1],
    output_padding: [1, 2],
  }),
  "ConvTranspose, dilated": op("ConvTranspose", "x back", "y", { dilations: [2, 2] }),
  MaxPool: op("MaxPool", "x", "y", { kernel_shape: [2, 3], strides: [2, 2], pads: [1, 0, 0, 1] }),
  "MaxPool, rounded up": op("MaxPool", "x", "y", { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 }),
  "MaxPool, rounded up, far": op("MaxPool", "x", "y", {
    kernel_shape: [2, 2],
    strides: [3, 3],
    ceil_mode: 1,
  }),
  "AveragePool, padded": op("AveragePool", "x", "y", { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }),
  "AveragePool, padding counted": op("AveragePool", "x", "y", {
    kernel_shape: [3, 3],
    pads: [1, 1, 1, 1],
    count_include_pad: 1,
  }),
  "AveragePool, rounded up": op("AveragePool", "x", "y", {
    kernel_shape: [2, 2],
    strides: [2, 2],
    ceil_mode: 1,
  }),
  GlobalAveragePool: op("GlobalAveragePool", "x", "y"),
  GlobalMaxPool: op("GlobalMaxPool", "x", "y"),
};

it.each(Object.entries(nodes))("%s is read as ONNX Runtime runs it", async (_name, node) => {
  const stored = [
    floats("w", [3, 4, 3, 2], waves(72)),
    floats("b", [3], [1, -2, 3]),
    floats("grouped", [6, 2, 3, 2], waves(72)),
    floats("back", [4, 2, 3, 2], waves(48)),
    floats("bias", [2], [0.5, -0.5]),
  ].filter(({ name = "" }) => node.input?.includes(name));
  const bytes = foreign({ nodes: [node], inputs: [value("x", ["N", 4, 7, 6])], stored });
  const feeds = {
    x: { dtype: "float32", shape: [2, 4, 7, 6], data: Float32Array.from(waves(2 * 4 * 7 * 6)) },
  } as const;
  const [read, direct] = [await runAsRead(bytes, feeds), await runDirectly(bytes, feeds)];
  expect(read.y?.shape).toEqual(direct.y?.shape);
  expect(largestDifference(read.y?.data ?? [], direct.y?.data ?? [])).toBeLessThan(1e-5);
});
