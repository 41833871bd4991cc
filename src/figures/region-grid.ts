/** What a classifier of two inputs answers on a regular grid over a rectangle. */
export interface RegionGrid {
  readonly xDomain: readonly [number, number];
  readonly yDomain: readonly [number, number];
  readonly columns: number;
  readonly rows: number;
  /** Predicted class of each cell, rows from the lowest y, x fastest: `predicted[row * columns + column]`. */
  readonly predicted: ArrayLike<number>;
  /** Probability of the predicted class in each cell, 0 to 1; paler where it is low. */
  readonly probability?: ArrayLike<number>;
}
