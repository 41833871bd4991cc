import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";

/** A dense matrix of float64 numbers, `values[i · columns + j]` in row i and column j. One example per row. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** A matrix from its rows. Throws where there are none, or where they differ in length. */
export const matrix = (rows: readonly ArrayLike<number>[]): Matrix => {
  const columns = rows[0]?.length ?? 0;
  const values = new Float64Array(rows.length * columns);
  rows.forEach((row, i) => {
    if (row.length !== columns) {
      throw new SteepestError(`matrix: row ${i} has ${row.length} numbers, row 0 has ${columns}`);
    }
    values.set(Array.from(row), i * columns);
  });
  const result = { rows: rows.length, columns, values };
  checkMatrix("matrix", result);
  return result;
};

/** The columns of a matrix. */
export const columnsOf = ({ rows, columns, values }: Matrix): Float64Array[] =>
  Array.from({ length: columns }, (_, j) =>
    Float64Array.from({ length: rows }, (_, i) => values[i * columns + j] ?? missing()),
  );

/** Throws unless the matrix has at least one row and one column, as many values as its shape says, all of them finite. */
export const checkMatrix = (what: string, { rows, columns, values }: Matrix): void => {
  if (!(Number.isInteger(rows) && Number.isInteger(columns) && rows >= 1 && columns >= 1)) {
    throw new SteepestError(`${what}: a ${rows} x ${columns} matrix; give at least one row and one column`);
  }
  if (values.length !== rows * columns) {
    throw new SteepestError(`${what}: ${values.length} values do not fill a ${rows} x ${columns} matrix`);
  }
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new SteepestError(
      `${what}: row ${Math.floor(bad / columns)}, column ${bad % columns} is ${values[bad]}; every value must be finite`,
    );
  }
};

/** Throws unless `y` holds one finite number for each row of X. */
export const checkTargets = (what: string, { rows }: Matrix, y: Float64Array): void => {
  if (y.length !== rows) {
    throw new SteepestError(`${what}: X has ${rows} rows but y has ${y.length} values; give one per row`);
  }
  const bad = y.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new SteepestError(`${what}: y[${bad}] is ${y[bad]}; every target must be finite`);
};

/** Throws unless the strength of a penalty is a finite number that is not negative. */
export const checkLambda = (what: string, lambda: number): void => {
  if (!(lambda >= 0 && lambda < Infinity)) {
    throw new SteepestError(`${what}: lambda is ${lambda}; give a finite number >= 0`);
  }
};
