import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import { requireKnown } from "../options.js";
import type { RandomStream } from "../random/random.js";
import { dot } from "../vector.js";
import { type Initializer, initializer } from "./initializers.js";

/** Makes vectors orthonormal one after another, by modified Gram–Schmidt: the Q of a QR whose R has a positive diagonal. */
const orthonormalise = (vectors: readonly Float64Array[]): void => {
  vectors.forEach((v, k) => {
    for (let j = 0; j < k; j++) {
      const q = vectors[j] ?? missing();
      const projection = dot(v, q);
      for (let i = 0; i < v.length; i++) v[i] = (v[i] ?? missing()) - projection * (q[i] ?? missing());
    }
    const norm = Math.sqrt(dot(v, v));
    for (let i = 0; i < v.length; i++) v[i] = (v[i] ?? missing()) / norm;
  });
};

/** A matrix, row by row, with orthonormal columns times a gain, or rows where these are fewer. */
const fillOrthogonal = (
  values: Float32Array,
  rows: number,
  columns: number,
  gain: number,
  random: RandomStream,
): void => {
  const [count, length] = rows < columns ? [rows, columns] : [columns, rows];
  const vectors = Array.from({ length: count }, () => {
    const vector = new Float64Array(length);
    random.fillNormal(vector);
    return vector;
  });
  orthonormalise(vectors);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const [vector, place] = rows < columns ? [i, j] : [j, i];
      values[i * columns + j] = gain * (vectors[vector]?.[place] ?? missing());
    }
  }
};

/**
 * A uniformly random orthogonal matrix times `gain`: a weight matrix `[in, out]` has orthonormal columns, or rows where it has fewer
 * of them, so that signals keep their length through linear layers. More than two axes count as `[first, all others]`, which
 * makes the filters of a convolution orthonormal, those of each group for themselves. Every weight has the variance gain²/max(rows, columns).
 * Saxe, McClelland & Ganguli 2014.
 *
 * Throws where the gain is not positive, or the parameter is a vector.
 */
export const orthogonal = (options: { /** @defaultValue 1 */ readonly gain?: number } = {}): Initializer => {
  const { gain = 1 } = requireKnown("orthogonal", options, ["gain"]);
  if (!(gain > 0 && Number.isFinite(gain))) {
    throw new SteepestError(`orthogonal: gain must be a positive number, got ${gain}`);
  }
  return initializer(`orthogonal ${gain}`, (values, { shape, groups = 1 }, random) => {
    if (shape.length < 2) {
      throw new SteepestError(
        `orthogonal: expected a matrix, got shape [${shape}]; use zeros() or normal() for vectors`,
      );
    }
    const rows = (shape[0] ?? missing()) / groups;
    const columns = values.length / groups / rows;
    for (let group = 0; group < groups; group++) {
      fillOrthogonal(values.subarray(group * rows * columns), rows, columns, gain, random);
    }
  });
};
