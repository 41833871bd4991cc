import { checkOneOf } from "../check.js";
import { SteepestError } from "../errors.js";
import { givenText, numbersOf } from "../given.js";
import { requireKnown } from "../options.js";
import type { RandomStream } from "../random/random.js";

/** What an initialiser knows of the parameter that it fills. */
export interface ParameterShape {
  readonly shape: readonly number[];
  /** Inputs that each unit adds up (n_in). */
  readonly fanIn: number;
  /** Units that each input goes to (n_out). */
  readonly fanOut: number;
  /** Equal parts of the first axis that see inputs of their own, as those of a convolution in groups do. @defaultValue 1 */
  readonly groups?: number;
}

/** Fills a parameter's values, in place. */
export interface Initializer {
  (values: Float32Array, parameter: ParameterShape, random: RandomStream): void;
  /** What it was made from: two of equal settings do the same. A function of one's own needs none. */
  readonly settings?: string;
}

/** An initialiser that is known by its settings. */
export const initializer = (settings: string, fill: Initializer): Initializer =>
  Object.assign(fill, { settings });

/** Whether two initialisers do the same, as far as one can tell. */
export const sameInitializer = (a: Initializer, b: Initializer): boolean =>
  a === b || (a.settings !== undefined && a.settings === b.settings);

/** All zeros: right for biases, wrong for weights (lecture, "Initialization": the gradients of the layers before vanish). */
export const zeros = (): Initializer => constant(0);

/** All equal to `value`. */
export const constant = (value: number): Initializer => {
  if (!Number.isFinite(value))
    throw new SteepestError(`constant: expected a finite value, got ${givenText(value)}`);
  return initializer(`constant ${value}`, (values) => void values.fill(value));
};

/**
 * The values given, in the order of the parameter's elements: of a weight matrix `[in, units]` row by row. Kept as given, not copied.
 *
 * ```ts
 * linear(2, { init: from([1, 0, 0, 1]), biasInit: from([0.5, -0.5]) })
 * ```
 *
 * Throws where they are not as many as the parameter has.
 */
export const from = (values: ArrayLike<number>): Initializer => {
  const given = ArrayBuffer.isView(values) ? values : numbersOf("from: the list", values);
  return (into, { shape }) => {
    if (given.length !== into.length) {
      throw new SteepestError(
        `from: ${given.length} values do not fill shape [${shape.join(", ")}]; give ${into.length}`,
      );
    }
    into.set(given);
  };
};

const requirePositive = (initializer: string, what: string, value: number) => {
  if (!(value > 0 && Number.isFinite(value))) {
    throw new SteepestError(`${initializer}: ${what} must be a positive number, got ${givenText(value)}`);
  }
};

/** Independent normal values of mean 0 and standard deviation `sigma`, w ~ N(0, sigma²). */
export const normal = (sigma = 0.01): Initializer => {
  requirePositive("normal", "sigma", sigma);
  return initializer(`normal ${sigma}`, (values, _parameter, random) => random.fillNormal(values, 0, sigma));
};

/**
 * Normal values of mean 0, drawn again where they lie beyond `limit` standard deviations: no unit starts with a weight far out.
 * With the default limit of 2 their standard deviation is 0.880·sigma.
 */
export const truncatedNormal = (
  sigma = 0.02,
  options: { /** @defaultValue 2 */ readonly limit?: number } = {},
): Initializer => {
  const { limit = 2 } = requireKnown("truncatedNormal", options, ["limit"]);
  requirePositive("truncatedNormal", "sigma", sigma);
  if (!(limit >= 0.1)) {
    throw new SteepestError(`truncatedNormal: limit must be at least 0.1 standard deviations, got ${limit}`);
  }
  return initializer(`truncatedNormal ${sigma} ${limit}`, (values, _parameter, random) => {
    for (let i = 0; i < values.length; i++) {
      let z = random.normal();
      while (Math.abs(z) > limit) z = random.normal();
      values[i] = sigma * z;
    }
  });
};

/** Independent values spread evenly over [-limit, limit]. */
export const uniform = (limit = 0.05): Initializer => {
  requirePositive("uniform", "limit", limit);
  return initializer(`uniform ${limit}`, (values, _parameter, random) =>
    random.fillUniform(values, -limit, limit),
  );
};

export interface ScaledOptions {
  /** Draw from a normal or a uniform distribution of the same variance. @defaultValue "normal" */
  readonly distribution?: "normal" | "uniform";
}

/** Mean 0 and a variance that follows from the number of connections. */
const scaled =
  (name: string, variance: (parameter: ParameterShape) => number) =>
  (options: ScaledOptions = {}): Initializer => {
    const { distribution = "normal" } = requireKnown(name, options, ["distribution"]);
    checkOneOf(name, "distribution", distribution, ["normal", "uniform"]);
    return initializer(`${name} ${distribution}`, (values, parameter, random) => {
      const sigma = Math.sqrt(variance(parameter));
      // A uniform distribution over [-a, a] has the variance a²/3.
      if (distribution === "uniform") random.fillUniform(values, -sigma * Math.sqrt(3), sigma * Math.sqrt(3));
      else random.fillNormal(values, 0, sigma);
    });
  };

/** Variance 1 / n_in (LeCun et al. 1998): keeps the variance of activations through linear layers. */
export const leCun = scaled("leCun", ({ fanIn }) => 1 / fanIn);

/** Variance 2 / (n_in + n_out) (Glorot & Bengio 2010): a balance between activations and gradients. */
export const xavier = scaled("xavier", ({ fanIn, fanOut }) => 2 / (fanIn + fanOut));

/** Variance 2 / n_in (He et al. 2015): makes up for the half of the inputs that relu sets to zero. */
export const he = scaled("he", ({ fanIn }) => 2 / fanIn);

/**
 * Filters `[out, in, …]` that pass on what they see: the centre of filter i of each group is 1 on the group's channel i, everything else is 0. Where
 * there are more filters than channels, the others start as `rest` says. A convolution of them with padding "same" passes all channels on.
 * Zagoruyko & Komodakis 2017.
 *
 * Throws where the parameter has fewer than three axes.
 */
export const dirac = (
  options: { /** How the other filters start. @defaultValue `zeros()` */ readonly rest?: Initializer } = {},
): Initializer => {
  const { rest = zeros() } = requireKnown("dirac", options, ["rest"]);
  const fill: Initializer = (values, parameter, random) => {
    const { shape, groups = 1 } = parameter;
    const [all = 0, channels = 0, ...sizes] = shape;
    if (sizes.length === 0) {
      throw new SteepestError(`dirac: expected filters [out, in, …], got shape [${shape.join(", ")}]`);
    }
    const area = sizes.reduce((a, b) => a * b, 1);
    const centre = sizes.reduce((place, size) => place * size + Math.floor(size / 2), 0);
    const filters = all / groups;
    const passing = Math.min(filters, channels);
    rest(values, parameter, random);
    for (let group = 0; group < groups; group++) {
      const own = values.subarray(group * filters * channels * area);
      own.fill(0, 0, passing * channels * area);
      for (let i = 0; i < passing; i++) own[(i * channels + i) * area + centre] = 1;
    }
  };
  return rest.settings === undefined ? fill : initializer(`dirac ${rest.settings}`, fill);
};
