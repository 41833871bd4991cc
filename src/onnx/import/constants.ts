import type { Stored } from "../tensors.js";
import type { ImportedNode } from "./node.js";

/** What a Constant node holds: a tensor, or numbers of the attributes that opset 12 added. */
export const constantValue = (node: ImportedNode): Stored => {
  const stored = node.stored("value");
  if (stored !== undefined) return stored;
  const float = node.attribute("value_float", 1);
  if (float) return { dtype: "float32", shape: [], values: Float32Array.of(float.f ?? 0) };
  const int = node.attribute("value_int", 2);
  if (int) return { dtype: "int64", shape: [], values: BigInt64Array.of(BigInt(int.i ?? 0)) };
  const floats = node.attribute("value_floats", 6);
  if (floats) {
    const values = Float32Array.from(floats.floats ?? []);
    return { dtype: "float32", shape: [values.length], values };
  }
  const ints = node.attribute("value_ints", 7);
  if (ints) {
    const values = BigInt64Array.from(ints.ints ?? [], BigInt);
    return { dtype: "int64", shape: [values.length], values };
  }
  return node.fail("expected a tensor or numbers as its value");
};

/** What ConstantOfShape fills with: the float 0 unless told otherwise. */
export const fillValue = (node: ImportedNode): Stored => {
  const stored = node.stored("value") ?? {
    dtype: "float32",
    shape: [1],
    values: new Float32Array(1),
  };
  return stored.values.length === 1
    ? stored
    : node.fail(`its value must be one number, got ${stored.values.length}`);
};
