import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { check, positive } from "../check.js";
import { compile } from "../engine/compile.js";
import { SteepestError } from "../errors.js";
import { inputName } from "../graph/tensor.js";
import { missing } from "../missing.js";
import { initialValues, inputOf } from "../nn/model.js";
import { requireKnown } from "../options.js";
import { listed } from "../shown.js";
import type { DataDependentInit } from "./lsuv.js";

export interface WhiteningOptions {
  /** The path of the convolution. @defaultValue the only one called `whitening` */
  readonly layer?: string;
  /** Added to the variances. @defaultValue 5e-4 */
  readonly epsilon?: number;
}

/** The mean of p·p' over all patches p of some pictures `[examples, channels, height, width]`, of the size of filters `[_, channels, rows, columns]`. */
const secondMoments = (
  pixels: Float32Array,
  [channels, height, width]: readonly [number, number, number],
  [rows, columns]: readonly [number, number],
): Matrix => {
  const size = channels * rows * columns;
  const sums = Matrix.zeros(size, size);
  const patch = new Float64Array(size);
  const examples = pixels.length / (channels * height * width);
  for (let n = 0; n < examples; n++) {
    for (let top = 0; top + rows <= height; top++) {
      for (let left = 0; left + columns <= width; left++) {
        let at = 0;
        for (let c = 0; c < channels; c++) {
          for (let y = top; y < top + rows; y++) {
            const start = ((n * channels + c) * height + y) * width + left;
            for (let x = 0; x < columns; x++) patch[at++] = pixels[start + x] ?? missing();
          }
        }
        for (let i = 0; i < size; i++) {
          const p = patch[i] ?? missing();
          for (let j = 0; j <= i; j++) sums.set(i, j, sums.get(i, j) + p * (patch[j] ?? missing()));
        }
      }
    }
  }
  const count = examples * (height - rows + 1) * (width - columns + 1);
  for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) sums.set(j, i, sums.get(i, j));
  return sums.div(count);
};

/**
 * Fills a convolution, usually a frozen one, with filters that whiten the patches they see: the eigenvectors u of the patches' second moments on
 * the first training batch, each divided by √(λ + epsilon), those of large λ first, and then the same with the other sign. So twice as many
 * filters as a patch has numbers see everything, in numbers of one scale.
 *
 * ```ts
 * const { train } = digits({ train: 200, test: 50 });
 * const net = sequential(unflatten([1, 28, 28]), speedNet({ widths: [16, 16, 16] }));
 * await fit(net, train, { initialization: whitening(), epochs: 1 });
 * ```
 *
 * Throws where the network has no such convolution, or more filters than twice the numbers of a patch, or an odd number of them.
 * Source: Jordan 2024 ("94% on CIFAR-10 in 3.29 Seconds on a Single GPU"), after tysam-code.
 */
export const whitening = (options: WhiteningOptions = {}): DataDependentInit => {
  const { layer, epsilon = 5e-4 } = requireKnown("whitening", options, ["layer", "epsilon"]);
  check("whitening", positive, { epsilon });
  return async ({ model, inputs, values, engine }) => {
    const { inference } = model;
    const filtersOf = (path: string) =>
      model.parameters.find(({ name, shape }) => name === `${path}.weight` && shape.length === 4);
    // Of a layer that is applied several times the first place counts.
    const convolutions = inference.layers.filter(
      ({ path }, i, all) => filtersOf(path) && all.findIndex((other) => other.path === path) === i,
    );
    const [place, ...others] = convolutions.filter(({ path }) =>
      layer === undefined ? /(^|\.)whitening\d*$/.test(path) : path === layer,
    );
    const weight = place && filtersOf(place.path);
    if (!place || !weight || others.length > 0) {
      throw new SteepestError(
        `whitening: ${others.length > 0 ? "several convolutions are" : "no convolution of pictures is"} called ${layer ?? "whitening"}; name one by \`layer\`, of ${listed(convolutions.map(({ path }) => path)) || "none"}`,
      );
    }
    const [filters, channels, rows, columns] = weight.shape as readonly [number, number, number, number];
    const size = channels * rows * columns;
    if (filters % 2 !== 0 || filters > 2 * size) {
      throw new SteepestError(
        `whitening: ${place.path} has ${filters} filters; give an even number of at most ${2 * size}, twice the numbers of a patch`,
      );
    }
    const input = inputOf(inference);
    const before = [...model.parameters, ...model.states];
    const program = await compile(
      { inputs: [input, ...before.map(({ tensor }) => tensor)], outputs: { seen: place.input } },
      engine ? { engine } : {},
    );
    const states = model.states.map((state) => [state.name, initialValues(state, 0)] as const);
    const feeds = Object.fromEntries([...values, ...states]);
    const { seen } = await program.run({ ...feeds, [inputName(input)]: inputs });
    await program.release();
    const [, , height, width] = seen.shape as readonly [number, number, number, number];
    const moments = secondMoments(seen.data as Float32Array, [channels, height, width], [rows, columns]);
    const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(moments, {
      assumeSymmetric: true,
    });
    const into = values.get(weight.name) ?? missing();
    for (let k = 0; k < filters / 2; k++) {
      const from = size - 1 - k;
      const scale = 1 / Math.sqrt(Math.max(0, realEigenvalues[from] ?? missing()) + epsilon);
      const largest = eigenvectorMatrix.getColumn(from).reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
      for (let i = 0; i < size; i++) {
        // An eigenvector's sign is arbitrary.
        const w = eigenvectorMatrix.get(i, from) * scale * Math.sign(largest);
        into[k * size + i] = w;
        into[(filters / 2 + k) * size + i] = -w;
      }
    }
  };
};
