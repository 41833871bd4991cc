import { SteepestError } from "../errors.js";
import { givenText, numbersOf, requireFloat64 } from "../given.js";
import { missing } from "../missing.js";

/** A dense matrix of float64 numbers, `values[i · columns + j]` in row i and column j. One example per row. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** A matrix from its rows. Throws where there are none, or where they differ in length. */
export const matrix = (rows: readonly ArrayLike<number>[]): Matrix => {
  if (!Array.isArray(rows)) {
    throw new SteepestError(`matrix: got ${givenText(rows)}; give a list of rows, such as [[1, 2], [3, 4]]`);
  }
  const numbers = rows.map((row, i) => numbersOf(`matrix: row ${i}`, row));
  const columns = numbers[0]?.length ?? 0;
  const values = new Float64Array(rows.length * columns);
  numbers.forEach((row, i) => {
    if (row.length !== columns) {
      throw new SteepestError(`matrix: row ${i} has ${row.length} numbers, row 0 has ${columns}`);
    }
    values.set(row, i * columns);
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
export const checkMatrix = (what: string, X: Matrix): void => {
  if (typeof X !== "object" || X === null || Array.isArray(X)) {
    throw new SteepestError(
      `${what}: the matrix is ${givenText(X)}; make one by theory.matrix([[1, 2], [3, 4]])`,
    );
  }
  const { rows, columns, values } = X;
  if (ArrayBuffer.isView(X) || values === undefined) {
    throw new SteepestError(
      `${what}: the matrix is ${givenText(X)} without rows, columns and values; make one by theory.matrix([[1, 2], [3, 4]])`,
    );
  }
  requireFloat64(`${what}: values of the matrix`, values);
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
  requireFloat64(`${what}: y`, y);
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
