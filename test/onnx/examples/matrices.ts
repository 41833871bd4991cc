import { type Example, elementwise, floats, ints, op, rows, sum, x } from "../foreign.js";

const normalised = (row: readonly number[], epsilon = 1e-5) => {
  const mean = sum(row) / row.length;
  const variance = sum(row.map((v) => (v - mean) ** 2)) / row.length;
  return row.map((v) => (v - mean) / Math.sqrt(variance + epsilon));
};

export const matrixExamples: readonly Example[] = [
  [
    "Gemm with factors",
    {
      nodes: [op("Gemm", "x w b", "y", { transB: 1, alpha: { float: 2 }, beta: { float: 3 } })],
      stored: [floats("w", [1, 4], [1, 2, 3, 4]), floats("b", [1], [10])],
    },
    { shape: [2, 1], data: [2 * (1 - 4 + 9 + 2) + 30, 2 * (-1 + 4 + 0 + 16) + 30] },
  ],
  [
    "Gemm without bias",
    { nodes: [op("Gemm", "x w", "y")], stored: [floats("w", [4, 1], [1, 2, 3, 4])] },
    { shape: [2, 1], data: [8, 19] },
  ],
  [
    "MatMul with a vector",
    { nodes: [op("MatMul", "x w", "y")], stored: [floats("w", [4], [1, 2, 3, 4])] },
    { shape: [2], data: [8, 19] },
  ],
  [
    "BatchNormalization",
    {
      nodes: [op("BatchNormalization", "x s b m v", "y", { epsilon: { float: 0 } })],
      stored: [
        floats("s", [4], [1, 2, 3, 4]),
        floats("b", [4], [0, 1, 0, 1]),
        floats("m", [4], [1, 0, -1, 0]),
        floats("v", [4], [4, 1, 1, 16]),
      ],
    },
    { shape: [2, 4], data: [0, -3, 12, 1.5, -1, 5, 3, 5] },
  ],
  [
    "LayerNormalization",
    {
      nodes: [op("LayerNormalization", "x s b", "y")],
      stored: [floats("s", [4], [1, 1, 1, 2]), floats("b", [4], [0, 0, 0, 1])],
    },
    { shape: [2, 4], data: rows((row) => normalised(row).map((v, i) => (i === 3 ? 2 * v + 1 : v))) },
  ],

  [
    "ReduceMean by attribute",
    { nodes: [op("ReduceMean", "x", "y", { axes: [-1], keepdims: 0 })] },
    { shape: [2], data: rows((row) => [sum(row) / 4]) },
  ],
  [
    "ReduceSum by input",
    { nodes: [op("ReduceSum", "x axes", "y")], stored: [ints("axes", [0])] },
    { shape: [1, 4], data: [0, 0, 3, 4.5] },
  ],
  [
    "ReduceSum of everything",
    { nodes: [op("ReduceSum", "x", "y", { keepdims: 0 })] },
    { shape: [], data: [sum(x)] },
  ],
  [
    "ReduceSum of nothing",
    { nodes: [op("ReduceSum", "x", "y", { noop_with_empty_axes: 1 })] },
    elementwise((v) => v),
  ],
  [
    "ReduceL2",
    { nodes: [op("ReduceL2", "x", "y", { axes: [1] })] },
    { shape: [2, 1], data: rows((row) => [Math.hypot(...row)]) },
  ],
  [
    "ReduceL1",
    { nodes: [op("ReduceL1", "x", "y", { axes: [1] })] },
    { shape: [2, 1], data: rows((row) => [sum(row.map(Math.abs))]) },
  ],
  ["ArgMax, kept", { nodes: [op("ArgMax", "x", "y", { axis: 1 })] }, { shape: [2, 1], data: [2, 3] }],
  ["ArgMin", { nodes: [op("ArgMin", "x", "y", { axis: 1, keepdims: 0 })] }, { shape: [2], data: [1, 0] }],
];
