import { erf } from "../../graph/special.js";
import { type Example, elementwise, floats, ints, op, rows } from "../foreign.js";

const softmax = (values: readonly number[]) => {
  const total = values.reduce((sum, v) => sum + Math.exp(v), 0);
  return values.map((v) => Math.exp(v) / total);
};
const selu = 1.0507009873554805 * 1.6732632423543772;

export const elementwiseExamples: readonly Example[] = [
  ["Sum of three", { nodes: [op("Sum", "x x x", "y")] }, elementwise((v) => 3 * v)],
  ["Mean of two", { nodes: [op("Neg", "x", "n"), op("Mean", "x n", "y")] }, elementwise(() => 0)],
  [
    "Max of three",
    { nodes: [op("Neg", "x", "n"), op("Max", "x n c", "y")], stored: [floats("c", [], [1.5])] },
    elementwise((v) => Math.max(Math.abs(v), 1.5)),
  ],
  [
    "Min",
    { nodes: [op("Min", "x c", "y")], stored: [floats("c", [1], [0])] },
    elementwise((v) => Math.min(v, 0)),
  ],
  [
    "Reciprocal",
    { nodes: [op("Exp", "x", "e"), op("Reciprocal", "e", "y")] },
    elementwise((v) => Math.exp(-v)),
  ],
  [
    "Pow with an integer exponent",
    { nodes: [op("Pow", "x two", "y")], stored: [ints("two", [2], [])] },
    elementwise((v) => v * v),
  ],
  [
    "Pow with an exponent per column",
    { nodes: [op("Pow", "x p", "y")], stored: [floats("p", [4], [1, 2, 3, 1])] },
    { shape: [2, 4], data: [1, 4, 27, 0.5, -1, 4, 0, 4] },
  ],
  [
    "Clip by attributes",
    { nodes: [op("Clip", "x", "y", { min: { float: 0 }, max: { float: 6 } })], opset: 9 },
    elementwise((v) => Math.min(Math.max(v, 0), 6)),
  ],
  [
    "Clip without a lower limit",
    { nodes: [op("Clip", "x _ top", "y")], stored: [floats("top", [], [1])] },
    elementwise((v) => Math.min(v, 1)),
  ],
  [
    "Or, Less, Where",
    {
      nodes: [
        op("Less", "x zero", "a"),
        op("Greater", "x two", "b"),
        op("Or", "a b", "c"),
        op("Where", "c x zero", "y"),
      ],
      stored: [floats("zero", [], [0]), floats("two", [], [2])],
    },
    elementwise((v) => (v < 0 || v > 2 ? v : 0)),
  ],
  [
    "Elu",
    { nodes: [op("Elu", "x", "y", { alpha: { float: 0.5 } })] },
    elementwise((v) => (v > 0 ? v : 0.5 * Math.expm1(v))),
  ],
  [
    "Selu",
    { nodes: [op("Selu", "x", "y")] },
    elementwise((v) => (v > 0 ? 1.0507009873554805 * v : selu * Math.expm1(v))),
  ],
  [
    "PRelu",
    { nodes: [op("PRelu", "x slope", "y")], stored: [floats("slope", [4], [0.1, 0.2, 0.3, 0.4])] },
    { shape: [2, 4], data: [1, -0.4, 3, 0.5, -0.1, 2, 0, 4] },
  ],
  ["Softsign", { nodes: [op("Softsign", "x", "y")] }, elementwise((v) => v / (1 + Math.abs(v)))],
  [
    "Mish",
    { nodes: [op("Mish", "x", "y")], opset: 18 },
    elementwise((v) => v * Math.tanh(Math.log1p(Math.exp(v)))),
  ],
  [
    "HardSigmoid",
    { nodes: [op("HardSigmoid", "x", "y")] },
    elementwise((v) => Math.min(1, Math.max(0, 0.2 * v + 0.5))),
  ],
  [
    "HardSwish",
    { nodes: [op("HardSwish", "x", "y")] },
    elementwise((v) => v * Math.min(1, Math.max(0, v / 6 + 0.5))),
  ],
  [
    "Gelu",
    { nodes: [op("Gelu", "x", "y")], opset: 20 },
    elementwise((v) => 0.5 * v * (1 + erf(v / Math.SQRT2))),
  ],
  [
    "Gelu, approximate",
    { nodes: [op("Gelu", "x", "y", { approximate: "tanh" })], opset: 20 },
    elementwise((v) => 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3)))),
  ],
  ["Softmax", { nodes: [op("Softmax", "x", "y")] }, { shape: [2, 4], data: rows(softmax) }],
  [
    "Softmax before opset 13, over all following axes",
    {
      nodes: [op("Reshape", "x s", "r"), op("Softmax", "r", "y", { axis: 1 })],
      stored: [ints("s", [0, 2, 2])],
      opset: 11,
    },
    { shape: [2, 2, 2], data: rows(softmax) },
  ],
  [
    "LogSoftmax before opset 13, axis 1 by default",
    { nodes: [op("LogSoftmax", "x", "y")], opset: 9 },
    { shape: [2, 4], data: rows(softmax).map(Math.log) },
  ],
  [
    "Dropout at inference",
    { nodes: [op("Dropout", "x", "y mask", { ratio: { float: 0.5 } })], opset: 9 },
    elementwise((v) => v),
  ],
  [
    "Cast to int32 and back",
    { nodes: [op("Cast", "x", "i", { to: 6 }), op("Cast", "i", "y", { to: 1 })] },
    elementwise((v) => Math.trunc(v) + 0),
  ],
];
