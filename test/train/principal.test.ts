import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { dataset } from "../../src/data/memory.js";
import { SteepestError } from "../../src/errors.js";
import { random } from "../../src/random/random.js";
import { pca, whiten } from "../../src/train/preprocess.js";
import { principalAxes } from "../../src/train/principal.js";

const data = (inputs: Float32Array, d: number) =>
  dataset({ name: "d", inputs, targets: new Uint8Array(inputs.length / d), inputShape: [d], classes: 2 });

/** n × d inputs of the given rank, far from 0, with features of scales from 1 to 0.01. */
const inputsOf = (n: number, d: number, rank: number): Float32Array => {
  const [left, right] = [new Float64Array(n * rank), new Float64Array(rank * d)];
  random(1, "left").fillNormal(left);
  random(2, "right").fillNormal(right);
  const product = Matrix.from1DArray(n, rank, left).mmul(Matrix.from1DArray(rank, d, right));
  return Float32Array.from({ length: n * d }, (_, k) => {
    const j = k % d;
    return 100 + product.get(Math.floor(k / d), j) * 10 ** ((-2 * j) / d);
  });
};

/** Variances and axes from a singular value decomposition of the centred inputs, in float64. */
const reference = (inputs: Float32Array, d: number) => {
  const X = Matrix.from1DArray(inputs.length / d, d, inputs);
  const { diagonal, rightSingularVectors } = new SingularValueDecomposition(
    X.subRowVector(X.mean("column")),
    {
      autoTranspose: true,
    },
  );
  return {
    variances: diagonal.map((s) => (s * s) / X.rows),
    axes: rightSingularVectors.transpose().to2DArray(),
  };
};

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, i) => sum + value * (b[i] ?? Number.NaN), 0);

describe("principal axes", () => {
  it.each([
    ["more examples than features", 90, 40, 40],
    ["fewer", 40, 90, 40],
    ["as many", 50, 50, 50],
    ["many more features, in several blocks", 12, 2500, 12],
    ["more examples than features, of low rank", 90, 40, 7],
    ["fewer, of low rank", 40, 90, 7],
  ])("of %s are those of a singular value decomposition", async (_, n, d, rank) => {
    const inputs = inputsOf(n, d, rank);
    const { variances, axes, mean } = await principalAxes(data(inputs, d));
    const expected = reference(inputs, d);
    // Centring takes one from n; the rounding of inputs to float32 gives low ranks a floor, far below what is compared.
    const count = Math.min(rank, n - 1);
    const largest = expected.variances[0] ?? Number.NaN;
    expect(mean.length).toBe(d);
    expect(axes.length).toBe(variances.length);
    for (let k = 0; k < count; k++) {
      const variance = expected.variances[k] ?? Number.NaN;
      expect(Math.abs((variances[k] ?? Number.NaN) - variance)).toBeLessThan(1e-13 * largest);
      const along = Math.abs(dot(axes[k] ?? [], expected.axes[k] ?? []));
      if (variance > 1e-6 * largest) expect(along, `axis ${k}`).toBeCloseTo(1, 7);
      expect(dot(axes[k] ?? [], axes[k] ?? [])).toBeCloseTo(1, 9);
      expect(dot(axes[k] ?? [], axes[(k + 1) % count] ?? [])).toBeCloseTo(0, 7);
    }
    expect([...variances.subarray(count)].every((variance) => variance < 1e-9 * largest)).toBe(true);
    if (n < d) expect(variances.length).toBeLessThan(n);
  });

  it("of examples that are all the same do not vary", async () => {
    const same = data(new Float32Array(60).fill(3), 20);
    expect((await principalAxes(same)).axes).toEqual([]);
    await expect(pca()(same)).rejects.toThrow("pca: the inputs do not vary at all");
  });

  it("of more examples and features than a matrix can have are refused", async () => {
    const read = () => {
      throw new Error("read");
    };
    const huge = {
      ...data(new Float32Array(4), 2),
      size: 20_000,
      inputs: { input: { kind: "float" as const, shape: [20_000] } },
      read,
    };
    await expect(principalAxes(huge)).rejects.toThrow(SteepestError);
    await expect(principalAxes(huge)).rejects.toThrow(
      "a matrix of 20000 rows to be decomposed, and the limit is 16384",
    );
    const wide = data(inputsOf(3, 30_000, 3), 30_000);
    await expect(whiten({ method: "zca" })(wide)).rejects.toThrow(
      'whiten: a matrix of 30000 x 30000 numbers is more than a model can hold; take method "pca"',
    );
  });
});
