import { operationOf } from "../../graph/definition.js";
import {
  cast,
  expand,
  gather,
  gatherAlong,
  oneHot,
  reshape,
  scatterAdd,
  scatterAlong,
  slice,
  type Tensor,
  transpose,
  where,
} from "../../graph/index.js";
import { scalarValue } from "../../graph/ops/constant.js";
import { formatShape, normalizeAxis, sameShape } from "../../graph/shape.js";
import { missing } from "../../missing.js";
import type { Importers } from "./node.js";
import type { Known } from "./value.js";

/** Whether a tensor is zero everywhere by construction. */
const isZero = (x: Tensor): boolean => {
  const source = operationOf(x, expand)?.inputs[0];
  return source !== undefined && scalarValue(source) === 0;
};

/** Indices without their last axis, of size 1: the tensor that had it added, where there is one. */
const rowsOf = (indices: Tensor): Tensor => {
  const shape = indices.shape.slice(0, -1);
  const source = operationOf(indices, reshape)?.inputs[0];
  return source && sameShape(source.shape, shape) ? source : reshape(indices, shape);
};

const isZeroOne = (known: Known | undefined): boolean => known?.values[0] === 0 && known.values[1] === 1;

/** Operators that look elements up by their index. */
export const indexingImporters: Importers = {
  Gather: (node) => gather(node.tensor(0), node.tensor(1), node.int("axis", 0)),
  GatherElements: (node) => gatherAlong(node.tensor(0), node.tensor(1), node.int("axis", 0)),
  // Only sums, the form that the gradient of GatherElements takes.
  ScatterElements: (node) => {
    const [data, indices, updates] = [node.tensor(0), node.tensor(1), node.tensor(2)];
    const reduction = node.text("reduction", "none");
    if (reduction !== "add") node.fail(`only adding is supported, not reduction "${reduction}"`);
    const axis = normalizeAxis(node.proto.opType, node.int("axis", 0), data.shape);
    const sums = scatterAlong(updates, indices, data.shape[axis] ?? missing(), axis);
    return isZero(data) ? sums : data.add(sums);
  },
  // Only sums of whole rows, the form that the gradient of Gather takes.
  ScatterND: (node) => {
    const [data, indices, updates] = [node.tensor(0), node.tensor(1), node.tensor(2)];
    const reduction = node.text("reduction", "none");
    if (reduction !== "add" || indices.shape.at(-1) !== 1) {
      node.fail(
        `only adding rows is supported, not reduction "${reduction}" with indices [${indices.shape}]`,
      );
    }
    const rows = data.shape[0] ?? node.fail("there is no axis to add rows along");
    const sums = scatterAdd(updates, rowsOf(indices), rows);
    return isZero(data) ? sums : data.add(sums);
  },
  OneHot: (node) => {
    const depth = node.number(1, "the depth");
    const pair = node.fixed(2);
    if (!sameShape(pair.shape, [2])) node.fail(`expected two values, got ${formatShape(pair.shape)}`);
    const ones = oneHot(cast(node.tensor(0), "int64"), depth);
    const value = (i: number) => reshape(slice(pair, { start: i, end: i + 1 }), []);
    const hot = isZeroOne(node.known(2))
      ? cast(ones, pair.dtype)
      : where(cast(ones, "bool"), value(1), value(0));
    const place = normalizeAxis(node.proto.opType, node.int("axis", -1), hot.shape);
    const order = [...hot.shape.keys()].slice(0, -1);
    return place === hot.rank - 1 ? hot : transpose(hot, order.toSpliced(place, 0, hot.rank - 1));
  },
};
