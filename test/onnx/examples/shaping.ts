import { type Example, elementwise, floats, ints, op, rows, value, x } from "../foreign.js";

const transposed = [1, -1, -2, 2, 3, 0, 0.5, 4];

export const shapingExamples: readonly Example[] = [
  [
    "Reshape to a constant with an open batch",
    { nodes: [op("Reshape", "x s", "y")], stored: [ints("s", [-1, 2, 2])] },
    { shape: [2, 2, 2], data: x },
  ],
  [
    "Flatten",
    { nodes: [op("Reshape", "x s", "r"), op("Flatten", "r", "y")], stored: [ints("s", [0, 2, 2])] },
    { shape: [2, 4], data: x },
  ],
  [
    "Flatten in front",
    {
      nodes: [op("Reshape", "x s", "r"), op("Flatten", "r", "y", { axis: 0 })],
      inputs: [value("x", [2, 4])],
      stored: [ints("s", [2, 2, 2])],
    },
    { shape: [1, 8], data: x },
  ],
  [
    "Transpose without a permutation",
    { nodes: [op("Transpose", "x", "y")] },
    { shape: [4, 2], data: transposed },
  ],
  [
    "Unsqueeze and Squeeze by attribute",
    {
      nodes: [op("Unsqueeze", "x", "u", { axes: [0, -1] }), op("Squeeze", "u", "y", { axes: [0] })],
      opset: 11,
    },
    { shape: [2, 4, 1], data: x },
  ],
  [
    "Unsqueeze by input, Squeeze of all",
    { nodes: [op("Unsqueeze", "x axes", "u"), op("Squeeze", "u", "y")], stored: [ints("axes", [1])] },
    { shape: [2, 4], data: x },
  ],
  [
    "Slice to the end, with the batch left whole",
    {
      nodes: [op("Slice", "x starts ends axes", "y")],
      stored: [
        ints("starts", [0, 1]),
        ints("ends", [Number.MAX_SAFE_INTEGER, 2 ** 31]),
        ints("axes", [0, 1]),
      ],
    },
    { shape: [2, 3], data: rows((row) => row.slice(1)) },
  ],
  [
    "Slice backwards",
    {
      nodes: [op("Slice", "x starts ends axes steps", "y")],
      stored: [ints("starts", [-1]), ints("ends", [-(2 ** 53)]), ints("axes", [-1]), ints("steps", [-1])],
    },
    { shape: [2, 4], data: rows((row) => [...row].reverse()) },
  ],
  [
    "Slice by attributes",
    { nodes: [op("Slice", "x", "y", { starts: [1], ends: [3], axes: [1] })], opset: 9 },
    { shape: [2, 2], data: rows((row) => row.slice(1, 3)) },
  ],
  [
    "Split evenly",
    { nodes: [op("Split", "x", "a b", { axis: 1 }), op("Concat", "b a", "y", { axis: -1 })], opset: 11 },
    { shape: [2, 4], data: rows(([a = 0, b = 0, c = 0, d = 0]) => [c, d, a, b]) },
  ],
  [
    "Split by sizes",
    {
      nodes: [op("Split", "x sizes", "a b", { axis: 1 }), op("Concat", "b a", "y", { axis: 1 })],
      stored: [ints("sizes", [1, 3])],
    },
    { shape: [2, 4], data: rows(([a = 0, b = 0, c = 0, d = 0]) => [b, c, d, a]) },
  ],
  [
    "Pad",
    { nodes: [op("Pad", "x pads v", "y")], stored: [ints("pads", [0, 1, 0, 0]), floats("v", [], [9])] },
    { shape: [2, 5], data: rows((row) => [9, ...row]) },
  ],
  [
    "Gather of a column",
    { nodes: [op("Gather", "x i", "y", { axis: 1 })], stored: [ints("i", [-1], [])] },
    { shape: [2], data: [0.5, 4] },
  ],
  [
    "OneHot with its own values, on the first axis",
    {
      nodes: [
        op("ArgMax", "x", "i", { axis: 1, keepdims: 0 }),
        op("OneHot", "i depth values", "y", { axis: 0 }),
      ],
      stored: [ints("depth", [4], []), floats("values", [2], [-1, 2])],
    },
    { shape: [4, 2], data: [-1, -1, -1, -1, 2, -1, -1, 2] },
  ],
  [
    "Constants of every kind",
    {
      nodes: [
        op("Constant", "", "a", { value_float: { float: 2 } }),
        op("Constant", "", "b", { value: floats("", [4], [1, 2, 3, 4]) }),
        op("Mul", "x a", "m"),
        op("Add", "m b", "y"),
      ],
    },
    { shape: [2, 4], data: rows((row) => row.map((v, i) => 2 * v + i + 1)) },
  ],

  // What PyTorch writes for x.view(x.size(0), -1), for x.expand(...) and for torch.zeros_like.
  [
    "view with the batch size computed",
    {
      nodes: [
        op("Shape", "x", "s"),
        op("Constant", "", "zero", { value: ints("", [0], []) }),
        op("Gather", "s zero", "n"),
        op("Unsqueeze", "n axes", "u"),
        op("Concat", "u two rest", "shape", { axis: 0 }),
        op("Reshape", "x shape", "y"),
      ],
      stored: [ints("axes", [0]), ints("two", [2]), ints("rest", [-1])],
    },
    { shape: [2, 2, 2], data: x },
  ],
  [
    "expand with the shape computed",
    {
      nodes: [
        op("Shape", "x", "s"),
        op("ConstantOfShape", "rank", "ones", { value: ints("", [1]) }),
        op("Mul", "ones minus", "negative"),
        op("Equal", "s negative", "open"),
        op("Where", "open ones s", "shape"),
        op("Expand", "w shape", "e"),
        op("Add", "x e", "y"),
      ],
      stored: [ints("rank", [2]), ints("minus", [-1], []), floats("w", [4], [1, 2, 3, 4])],
    },
    { shape: [2, 4], data: rows((row) => row.map((v, i) => v + i + 1)) },
  ],
  [
    "zeros like",
    { nodes: [op("Shape", "x", "s"), op("ConstantOfShape", "s", "z"), op("Add", "z x", "y")] },
    elementwise((v) => v),
  ],
  [
    "the number of examples in a formula",
    {
      nodes: [
        op("Shape", "x", "s"),
        op("Slice", "s from to", "n"),
        op("Cast", "n", "f", { to: 1 }),
        op("Div", "x f", "y"),
      ],
      stored: [ints("from", [0]), ints("to", [1])],
    },
    elementwise((v) => v / 2),
  ],
];
