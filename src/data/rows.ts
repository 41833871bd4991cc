import { missing } from "../missing.js";
import {
  type Column,
  type Columns,
  type Dataset,
  type ExampleKind,
  type Field,
  fieldSize,
  type Rows,
  type Target,
  targetSize,
} from "./dataset.js";

const fieldArrays = { float: Float32Array, int: Int32Array, bool: Uint8Array } as const;
const targetArrays = {
  value: Float32Array,
  class: Int32Array,
  labels: Uint8Array,
  mixture: Float32Array,
} as const;

const columns = <T>(all: Readonly<Record<string, T>>, make: (of: T) => Column): Columns =>
  Object.fromEntries(Object.entries(all).map(([name, of]) => [name, make(of)]));

/** Memory for so many examples. */
export const newRows = ({ inputs, targets, weighted }: ExampleKind, examples: number): Rows => ({
  inputs: columns(inputs, (field: Field) => new fieldArrays[field.kind](examples * fieldSize(field))),
  targets: columns(targets, (target: Target) => new targetArrays[target.kind](examples * targetSize(target))),
  ...(weighted ? { weights: new Float32Array(examples) } : {}),
});

/** The first `count` of rows that were made for `of` examples; the same memory. */
export const firstRows = ({ inputs, targets, weights }: Rows, count: number, of: number): Rows => {
  const first = (column: Column) => column.subarray(0, (column.length / of) * count);
  return {
    inputs: columns(inputs, first),
    targets: columns(targets, first),
    ...(weights ? { weights: weights.subarray(0, count) } : {}),
  };
};

/** Reads examples into new memory: all of them in order, or those named. */
export const readRows = async (data: Dataset, indices?: ArrayLike<number>): Promise<Rows> => {
  const chosen = indices ?? Uint32Array.from({ length: data.size }, (_, i) => i);
  const rows = newRows(data, chosen.length);
  await data.read(chosen, rows);
  return rows;
};

/** The numbers of an only input or target. */
export const soleColumn = (all: Columns): Column => Object.values(all)[0] ?? missing();

/** The numbers of an only input or target in float32. */
export const soleFloats = (all: Columns): Float32Array => {
  const column = soleColumn(all);
  return column instanceof Float32Array ? column : Float32Array.from(column);
};
