import { batches } from "../data/batches.js";
import { type Columns, hasMixtures } from "../data/dataset.js";
import { SteepestError } from "../errors.js";
import { hessianVectorProduct, input, inputName } from "../graph/index.js";
import { missing } from "../missing.js";
import { targetFeed } from "../nn/targets.js";
import { random } from "../random/random.js";
import { tridiagonalEigenvalues } from "../theory/tridiagonal.js";
import { dot, norm, scaled } from "../vector.js";
import { fedInputs, lossOf } from "./objective.js";
import { numbersOf } from "./parts.js";
import type { Prepared } from "./prepare.js";

/** Products with the Hessian at most; the largest eigenvalue of a network's stands apart and needs about ten. */
const maxProducts = 60;
/** The residual of the eigenvalue relative to it; the eigenvalue's own error is smaller, of the order of its square. */
const tolerance = 0.02;

/**
 * The largest eigenvalue of a symmetric operator by Lanczos' three-term recurrence. It keeps three vectors, whatever the
 * number of steps: loss of orthogonality repeats eigenvalues but does not move the largest (Paige 1976). Undefined where
 * a product is not finite.
 */
export const largestEigenvalue = async (
  apply: (v: Float64Array) => Promise<Float64Array>,
  start: Float64Array,
): Promise<number | undefined> => {
  const alpha: number[] = [];
  const beta: number[] = [];
  let previous: Float64Array = new Float64Array(start.length);
  let q: Float64Array = scaled(start, 1 / norm(start));
  for (;;) {
    const product = await apply(q);
    const along = dot(q, product);
    if (!Number.isFinite(along)) return undefined;
    alpha.push(along);
    const before = beta.at(-1) ?? 0;
    // One pass over all three, in place: networks have millions of parameters.
    for (let i = 0; i < q.length; i++) {
      previous[i] =
        (product[i] ?? missing()) - along * (q[i] ?? missing()) - before * (previous[i] ?? missing());
    }
    const rest = previous;
    const residual = norm(rest);
    const last = new Float64Array(alpha.length);
    last[alpha.length - 1] = 1;
    const values = tridiagonalEigenvalues(alpha, beta, [last]);
    const largest = Math.max(...values);
    const error = residual * Math.abs(last[values.indexOf(largest)] ?? missing());
    // The second condition: in float32 nothing is left of the Krylov space.
    const size = Math.max(...values.map(Math.abs));
    if (error <= tolerance * Math.abs(largest) || residual <= 1e-6 * size || alpha.length === maxProducts) {
      return largest;
    }
    beta.push(residual);
    for (let i = 0; i < q.length; i++) rest[i] = (rest[i] ?? missing()) / residual;
    [previous, q] = [q, rest];
  }
};

/**
 * Prepares the measurement of sharpness: the largest eigenvalue of the Hessian of the loss, with respect to all parameters,
 * of the network in use (without dropout) on the first `examples` training examples. Where it exceeds 2/η, plain gradient
 * descent on these examples can no longer go down in every direction.
 *
 * Throws where an operator of the network cannot be differentiated twice.
 * Source: Cohen et al. 2021, "Gradient descent on neural networks typically occurs at the edge of stability".
 */
export const attachSharpness = async (
  { trainer, splits: { train } }: Prepared,
  examples: number,
): Promise<() => Promise<number | undefined>> => {
  const { model, session } = trainer.parts;
  const { objective, fed } = hasMixtures(train) ? trainer.parts.trained : trainer.parts;
  const { inference } = model;
  const trained = model.parameters.filter(({ frozen }) => !frozen);
  const parameters = trained.map(({ name, tensor, shape }) => ({
    tensor,
    direction: input(`direction ${name}`, shape),
    size: shape.reduce((a, b) => a * b, 1),
  }));
  const products = hessianVectorProduct(
    lossOf(objective, inference, fed).loss,
    parameters.map(({ tensor }) => tensor),
    parameters.map(({ direction }) => direction),
  );
  const program = await session.attach({
    inputs: [...fedInputs(inference, fed), ...parameters.map(({ direction }) => direction)],
    outputs: Object.fromEntries(products.map((product, i) => [`product ${i}`, product])),
  });
  const batchSize = Math.min(examples, train.size);
  const first = batches(train, { batchSize, seed: 0, epoch: 0, shuffle: false, prefetch: 0 });
  const { value: part } = await first.next();
  if (!part) throw new SteepestError("sharpness: there are no training examples");
  const copy = (columns: Columns, nameOf: (name: string) => string) =>
    Object.entries(columns).map(([name, values]) => [nameOf(name), values.slice()] as const);
  const fixed = Object.fromEntries([
    ...copy(part.inputs, (name) => name),
    ...copy(part.targets, targetFeed),
    ...(part.weights ? [["weights", part.weights.slice()] as const] : []),
  ]);
  await first.return();

  const size = parameters.reduce((total, parameter) => total + parameter.size, 0);
  const start = new Float64Array(size);
  random(0, "sharpness").fillNormal(start);
  const apply = async (v: Float64Array): Promise<Float64Array> => {
    let offset = 0;
    const directions = parameters.map(({ direction, size: count }) => {
      offset += count;
      return [inputName(direction), new Float32Array(v.subarray(offset - count, offset))];
    });
    const outputs = await program.run({ ...fixed, ...Object.fromEntries(directions) });
    const product = new Float64Array(size);
    offset = 0;
    parameters.forEach(({ size: count }, i) => {
      product.set(numbersOf(outputs, `product ${i}`), offset);
      offset += count;
    });
    return product;
  };
  return () => largestEigenvalue(apply, start);
};
