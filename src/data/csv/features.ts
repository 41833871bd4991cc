import { missing } from "../../missing.js";
import { shown } from "../../shown.js";
import type { Column } from "./column.js";
import type { ColumnNote } from "./notes.js";
import { fail, type Source } from "./source.js";

/** More classes than this, and more than one for every two rows, look like an identifier. */
const MANY_CLASSES = 50;

/** So many numbers, 8 GiB of them, are the most that a table may become. */
const LARGEST = 2 ** 30;

/** Neighbouring columns of X. */
interface Feature {
  readonly names: readonly string[];
  /** Writes its values into X, of rows of d numbers, from column j on. */
  readonly write: (X: Float64Array, j: number, d: number) => void;
}

/** Numbers of n rows, row by row, and what was done for them. */
export interface Features {
  readonly X: Float64Array;
  readonly names: readonly string[];
  readonly notes: readonly ColumnNote[];
}

const isConstant = (values: ArrayLike<number>): boolean => {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
};

/** What a column becomes: itself, or for classes a column of 0 and 1 for each. */
const encode = (column: Column, n: number, source: Source, notes: ColumnNote[]): Feature => {
  const { name } = column;
  const note = (what: string, many: string) =>
    notes.push({ column: name, text: `column ${shown(name)} ${what}`, many });
  if (isConstant(column.kind === "numeric" ? column.values : column.codes))
    note("is constant", "are constant");
  if (column.kind === "numeric") {
    const { values } = column;
    const write = (X: Float64Array, j: number, d: number) => {
      for (let i = 0; i < n; i++) X[i * d + j] = values[i] ?? missing();
    };
    return { names: [name], write };
  }
  const { classes, codes } = column;
  if (classes.length > MANY_CLASSES && classes.length * 2 > n) {
    return fail(
      source,
      `column ${shown(name)} has ${classes.length} different texts in ${n} rows, like an identifier (the first is ${shown(classes[0] ?? missing())}); name it in ${source.option("ignore")}`,
    );
  }
  note(
    `encoded as ${classes.length} columns of 0 and 1`,
    "encoded as columns of 0 and 1, one for each of their texts",
  );
  return {
    names: classes.map((text) => `${name}=${text}`),
    write: (X, j, d) => {
      for (let i = 0; i < n; i++) X[i * d + j + (codes[i] ?? missing())] = 1;
    },
  };
};

/** The features of input columns. Throws for a column that looks like an identifier, and where they are too many numbers. */
export const encodeAll = (inputs: readonly Column[], n: number, source: Source): Features => {
  const notes: ColumnNote[] = [];
  const features = inputs.map((column) => encode(column, n, source, notes));
  const names = features.flatMap((feature) => feature.names);
  const d = names.length;
  if (n * d > LARGEST) {
    fail(
      source,
      `${n} rows of ${d} features are more numbers than memory holds; leave columns out with ${source.option("ignore")}`,
    );
  }
  const X = new Float64Array(n * d);
  let j = 0;
  for (const feature of features) {
    feature.write(X, j, d);
    j += feature.names.length;
  }
  return { X, names, notes };
};
