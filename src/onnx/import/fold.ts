import { broadcastShapes } from "../../graph/shape.js";
import { missing } from "../../missing.js";
import { dtypeHolding, wrapped } from "../tensors.js";
import { fillValue } from "./constants.js";
import { takenBy } from "./cutting.js";
import { minus, over, plus, product, same, times } from "./dims.js";
import type { ImportedNode } from "./node.js";
import { type Known, type KnownNumber, knownOf, mostKnown } from "./value.js";

// Exporters compute shapes with tensors: Shape, then Gather, Concat, Mul and so on, then Reshape. Here such arithmetic on
// whole numbers is carried out when the model is read, with the batch size as a symbol.

/** Carries out an operator on known numbers; undefined where they are not known or the result is not a known number. */
type Folder = (node: ImportedNode) => Known | undefined;

const vector = (values: readonly KnownNumber[]): Known => ({
  dtype: "int64",
  shape: [values.length],
  values,
});

const scalar = (value: KnownNumber | undefined): Known | undefined =>
  value === undefined ? undefined : { dtype: "int64", shape: [], values: [value] };

/** All inputs, if they are known scalars or vectors of whole numbers. */
const wholeInputs = (node: ImportedNode): Known[] | undefined => {
  const known = node.inputs.flatMap((_, i) => node.whole(i) ?? []);
  return known.length === node.inputs.length ? known : undefined;
};

/** `f` of the numbers that broadcasting brings together; it returns undefined where the runtime has to compute the result. */
const elementwise = (
  node: ImportedNode,
  inputs: readonly Known[],
  dtype: Known["dtype"],
  f: (...values: KnownNumber[]) => KnownNumber | undefined,
): Known | undefined => {
  const shape = inputs.reduce<readonly number[]>(
    (all, x) => broadcastShapes(node.proto.opType, all, x.shape).map(Number),
    [],
  );
  const values = Array.from({ length: shape[0] ?? 1 }, (_, i) =>
    f(...inputs.map((x) => x.values[x.values.length === 1 ? 0 : i] ?? missing())),
  );
  const found = values.filter((value) => value !== undefined);
  return found.length === values.length ? { dtype, shape, values: found } : undefined;
};

/** An operator of two inputs of whole numbers. */
const binary =
  (f: (a: KnownNumber, b: KnownNumber) => KnownNumber | undefined, dtype: Known["dtype"] = "int64"): Folder =>
  (node) => {
    const [a, b] = wholeInputs(node) ?? [];
    if (a?.dtype !== "int64" || b?.dtype !== "int64") return undefined;
    return elementwise(node, [a, b], dtype, (x = missing(), y = missing()) => f(x, y));
  };

/** Numbers so many that they are data are not computed here. */
const fewEnough = (node: ImportedNode, count: number): number =>
  count <= mostKnown
    ? count
    : node.fail(`it makes ${count} numbers when the model is read; at most ${mostKnown} are supported`);

const folders: Readonly<Record<string, Folder>> = {
  Cast: (node) => {
    const known = node.whole(0);
    const code = node.int("to", 0);
    const dtype = dtypeHolding(node.label, code);
    if (known === undefined || dtype === "bool") return undefined;
    if (dtype !== "int64") return { ...known, dtype };
    return {
      ...known,
      dtype,
      values: known.values.map((value) => (typeof value === "string" ? value : wrapped(value, code))),
    };
  },
  Shape: (node) => {
    const { shape } = node.tensor(0);
    const end = node.has("end") ? node.int("end", 0) : shape.length;
    return vector(shape.slice(node.int("start", 0), end));
  },
  Size: (node) => scalar(product(node.tensor(0).shape)),
  ConstantOfShape: (node) => {
    const fill = knownOf(fillValue(node));
    const sizes = node.whole(0);
    const [size] = sizes?.values ?? [];
    const isVector = sizes?.shape.length === 1 && sizes.values.length === 1 && fill.dtype === "int64";
    if (!isVector || typeof size !== "number" || size < 0 || size > mostKnown) return undefined;
    return vector(Array(size).fill(fill.values[0] ?? missing()));
  },
  Range: (node) => {
    const [start, limit, delta] = wholeInputs(node)?.map(({ values }) => values[0]) ?? [];
    if (typeof start !== "number" || typeof limit !== "number" || typeof delta !== "number") return undefined;
    if (delta === 0) return node.fail("its step is 0");
    const length = Math.max(0, Math.ceil((limit - start) / delta));
    return vector(Array.from({ length: fewEnough(node, length) }, (_, i) => start + i * delta));
  },
  Gather: (node) => {
    const [data, indices] = wholeInputs(node) ?? [];
    if (data?.shape.length !== 1 || indices?.dtype !== "int64") return undefined;
    const { length } = data.values;
    const values = indices.values.map((i) => {
      if (typeof i === "string") return undefined;
      const position = i < 0 ? Number(i) + length : Number(i);
      return data.values[position] ?? node.fail(`index ${i} is outside of its ${length} elements`);
    });
    const found = values.filter((value) => value !== undefined);
    return found.length === values.length ? { ...indices, dtype: data.dtype, values: found } : undefined;
  },
  Slice: (node) => {
    const data = node.whole(0);
    if (data?.shape.length !== 1) return undefined;
    const [start = 0, ...others] = node.attributeOrInput("starts", 1) ?? [];
    const [end = data.values.length] = node.attributeOrInput("ends", 2) ?? [];
    const [axis = 0] = node.attributeOrInput("axes", 3) ?? [];
    const [step = 1] = node.attributeOrInput("steps", 4) ?? [];
    if (others.length > 0 || (axis !== 0 && axis !== -1) || step === 0) return undefined;
    const { first, count } = takenBy(data.values.length, start, end, step);
    const values = Array.from({ length: count }, (_, i) => data.values[first + i * step] ?? missing());
    return { ...data, shape: [count], values };
  },
  Concat: (node) => {
    const parts = wholeInputs(node) ?? [];
    const [first] = parts;
    const axis = node.int("axis", 0);
    const count = parts.reduce((sum, { values }) => sum + values.length, 0);
    const fits = parts.every(({ dtype, shape }) => dtype === first?.dtype && shape.length === 1);
    if (first === undefined || !fits || (axis !== 0 && axis !== -1) || count > mostKnown) return undefined;
    return { dtype: first.dtype, shape: [count], values: parts.flatMap(({ values }) => values) };
  },
  Squeeze: (node) => {
    const known = node.whole(0);
    const [axis = 0, ...others] = node.attributeOrInput("axes", 1) ?? [];
    const fits = known?.shape[0] === 1 && others.length === 0 && (axis === 0 || axis === -1);
    return fits ? { ...known, shape: [] } : undefined;
  },
  Unsqueeze: (node) => {
    const known = node.whole(0);
    const [axis, ...others] = node.attributeOrInput("axes", 1) ?? [];
    const fits = known?.shape.length === 0 && others.length === 0 && (axis === 0 || axis === -1);
    return fits ? { ...known, shape: [1] } : undefined;
  },
  Reshape: (node) => {
    const known = node.whole(0);
    const [size, ...others] = node.whole(1)?.values ?? [];
    const count = known?.values.length;
    if (known === undefined || count === undefined || others.length > 0) return undefined;
    if (size === undefined) return node.whole(1) && count === 1 ? { ...known, shape: [] } : undefined;
    return size === -1 || size === count ? { ...known, shape: [count] } : undefined;
  },
  ReduceProd: (node) => {
    const known = node.whole(0);
    const axes = node.attributeOrInput("axes", 1) ?? [];
    const folds = axes.every((axis) => axis === 0 || axis === -1) && !node.flag("noop_with_empty_axes");
    if (known?.dtype !== "int64" || !folds) return undefined;
    const total = scalar(product(known.values));
    const keeps = node.flag("keepdims", true) && known.shape.length === 1;
    return total && keeps ? { ...total, shape: [1] } : total;
  },
  Add: binary(plus),
  Sub: binary(minus),
  Mul: binary(times),
  Div: binary(over),
  Equal: binary(same, "bool"),
  Where: (node) => {
    const [condition, a, b] = wholeInputs(node) ?? [];
    if (condition?.dtype !== "bool" || a === undefined || a.dtype !== b?.dtype) return undefined;
    return elementwise(node, [condition, a, b], a.dtype, (chosen, x, y) => (chosen === 1 ? x : y));
  },
};

/** The result of an operator on numbers that are known when the model is read, or undefined: then it becomes a tensor. */
export const fold = (node: ImportedNode): Known | undefined =>
  isFolded(node.proto.opType) ? folders[node.proto.opType]?.(node) : undefined;

/** Whether there is a rule for an operator on known numbers. */
export const isFolded = (type: string): boolean => Object.hasOwn(folders, type);
