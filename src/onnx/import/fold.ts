import { batch, type Dim } from "../../graph/shape.js";
import { missing } from "../../missing.js";
import { dtypeHolding, type Stored } from "../tensors.js";
import type { ImportedNode } from "./node.js";
import { type Known, knownOf } from "./value.js";

// Exporters compute shapes with tensors: Shape, then Gather, Concat, Mul and so on, then Reshape. Here such arithmetic on
// whole numbers is carried out when the model is read, with the batch size as a symbol.

/** Carries out an operator on known numbers; undefined where they are not known or the result is not a known number. */
type Folder = (node: ImportedNode) => Known | undefined;

const vector = (values: readonly Dim[]): Known => ({ dtype: "int64", shape: [values.length], values });

/** All inputs, if they are known scalars or vectors of whole numbers. */
const wholeInputs = (node: ImportedNode): Known[] | undefined => {
  const known = node.inputs.flatMap((_, i) => node.whole(i) ?? []);
  return known.length === node.inputs.length ? known : undefined;
};

/** `f` of the numbers that broadcasting brings together; it returns undefined where the batch size decides. */
const elementwise =
  (f: (...values: Dim[]) => Dim | undefined, dtype?: Known["dtype"]): Folder =>
  (node) => {
    const inputs = wholeInputs(node);
    if (inputs === undefined) return undefined;
    const shape =
      inputs.map((x) => x.shape).find((x) => x.length === 1 && x[0] !== 1) ??
      inputs.find((x) => x.shape.length === 1)?.shape ??
      [];
    const values = Array.from({ length: shape[0] ?? 1 }, (_, i) =>
      f(...inputs.map((x) => x.values[x.values.length === 1 ? 0 : i] ?? missing())),
    );
    const found = values.filter((value) => value !== undefined);
    return found.length === values.length
      ? { dtype: dtype ?? inputs.at(-1)?.dtype ?? "int64", shape, values: found }
      : undefined;
  };

const areNumbers = (a: Dim, b: Dim): [number, number] | undefined =>
  a === batch || b === batch ? undefined : [a, b];

const arithmetic = (
  f: (a: number, b: number) => number,
  symbolic: (a: Dim, b: Dim) => Dim | undefined,
): Folder =>
  elementwise((a = 0, b = 0) => {
    const numbers = areNumbers(a, b);
    return numbers === undefined ? symbolic(a, b) : f(...numbers);
  });

const isEqual = (a: Dim, b: Dim): number | undefined => {
  if (a === b) return 1;
  // The batch size is a number that is not negative, and no more is known about it.
  const other = a === batch ? b : a;
  return areNumbers(a, b) !== undefined || (typeof other === "number" && other < 0) ? 0 : undefined;
};

const product = (values: readonly Dim[]): Dim | undefined =>
  values.reduce<Dim | undefined>((total, value) => {
    if (total === undefined || value === 1) return total;
    if (total === 1) return value;
    return total === batch || value === batch ? undefined : total * value;
  }, 1);

const position = (index: number, length: number): number => (index < 0 ? index + length : index);

const constantOf = (node: ImportedNode): Known | undefined => {
  const stored = node.stored("value");
  if (stored !== undefined) return knownOf(stored);
  if (node.has("value_float")) return { dtype: "float32", shape: [], values: [node.float("value_float", 0)] };
  if (node.has("value_int")) return { dtype: "int64", shape: [], values: [node.int("value_int", 0)] };
  const ints = node.ints("value_ints");
  const floats = node.floats("value_floats");
  if (node.has("value_ints") && ints) return vector(ints);
  if (node.has("value_floats") && floats) return { dtype: "float32", shape: [floats.length], values: floats };
  return node.fail("expected a tensor or numbers as its value");
};

const fillOf = (stored: Stored | undefined): Known =>
  stored === undefined ? { dtype: "float32", shape: [1], values: [0] } : knownOf(stored);

const folders: Readonly<Record<string, Folder>> = {
  Constant: constantOf,
  Cast: (node) => {
    const known = node.whole(0);
    if (known === undefined) return undefined;
    const dtype = dtypeHolding(node.label, node.int("to", 0));
    return dtype === "bool" ? undefined : { ...known, dtype };
  },
  Shape: (node) => {
    const { shape } = node.tensor(0);
    const end = node.has("end") ? node.int("end", 0) : shape.length;
    return vector(shape.slice(node.int("start", 0), end));
  },
  Size: (node) => {
    const size = product(node.tensor(0).shape);
    return size === undefined ? undefined : { dtype: "int64", shape: [], values: [size] };
  },
  ConstantOfShape: (node) => {
    const fill = fillOf(node.stored("value"));
    const sizes = node.known(0)?.values;
    if (sizes?.length !== 1 || typeof sizes[0] !== "number" || fill.dtype !== "int64") return undefined;
    return { dtype: fill.dtype, shape: [sizes[0]], values: Array(sizes[0]).fill(fill.values[0]) };
  },
  Range: (node) => {
    const inputs = wholeInputs(node);
    if (inputs === undefined) return undefined;
    const [start = 0, limit = 0, delta = 1] = inputs.map((x) => x.values[0] ?? missing());
    if (start === batch || limit === batch || delta === batch || delta === 0) return undefined;
    return vector(
      Array.from({ length: Math.max(0, Math.ceil((limit - start) / delta)) }, (_, i) => start + i * delta),
    );
  },
  Gather: (node) => {
    const [data, indices] = wholeInputs(node) ?? [];
    if (data?.shape.length !== 1 || indices === undefined) return undefined;
    const values = indices.values.map((i) =>
      typeof i === "number" ? data.values[position(i, data.values.length)] : undefined,
    );
    const found = values.filter((value) => value !== undefined);
    return found.length === values.length ? { ...indices, dtype: data.dtype, values: found } : undefined;
  },
  Slice: (node) => {
    const data = node.whole(0);
    if (data?.shape.length !== 1) return undefined;
    const [start = 0] = node.attributeOrInput("starts", 1) ?? [];
    const [end = data.values.length] = node.attributeOrInput("ends", 2) ?? [];
    const [step = 1] = node.inputs[4] === undefined ? [] : node.numbers(4, "steps");
    return step === 1 ? vector(data.values.slice(start, end)) : undefined;
  },
  Concat: (node) => {
    const parts = wholeInputs(node);
    return parts?.every((part) => part.shape.length === 1)
      ? vector(parts.flatMap((part) => part.values))
      : undefined;
  },
  Squeeze: (node) => {
    const known = node.whole(0);
    return known !== undefined && known.values.length === 1 ? { ...known, shape: [] } : undefined;
  },
  Unsqueeze: (node) => {
    const known = node.whole(0);
    return known !== undefined && known.shape.length === 0 ? { ...known, shape: [1] } : undefined;
  },
  Reshape: (node) => {
    const known = node.whole(0);
    const target = node.whole(1)?.values;
    if (known === undefined || target === undefined || target.length > 1) return undefined;
    return { ...known, shape: target.length === 0 ? [] : [known.values.length] };
  },
  ReduceProd: (node) => {
    const [known] = wholeInputs(node) ?? [];
    const total = known === undefined ? undefined : product(known.values);
    if (total === undefined) return undefined;
    return { dtype: "int64", shape: node.int("keepdims", 1) ? [1] : [], values: [total] };
  },
  Add: arithmetic(
    (a, b) => a + b,
    (a, b) => (a === 0 ? b : b === 0 ? a : undefined),
  ),
  Sub: arithmetic(
    (a, b) => a - b,
    (a, b) => (b === 0 ? a : a === b ? 0 : undefined),
  ),
  Mul: arithmetic(
    (a, b) => a * b,
    (a, b) => (a === 0 || b === 0 ? 0 : product([a, b])),
  ),
  Div: arithmetic(
    (a, b) => Math.trunc(a / b),
    (a, b) => (b === 1 ? a : a === b ? 1 : undefined),
  ),
  Equal: elementwise((a = 0, b = 0) => isEqual(a, b), "bool"),
  Where: elementwise((condition = 0, a = 0, b = 0) => (condition === 1 ? a : b)),
};

/** The result of an operator on numbers that are known when the model is read, or undefined: then it becomes a tensor. */
export const fold = (node: ImportedNode): Known | undefined => folders[node.proto.opType]?.(node);

/** Whether there is a rule for an operator on known numbers. */
export const isFolded = (type: string): boolean => type in folders;
