import type { Values } from "../engine/compile.js";
import { SteepestError } from "../errors.js";
import { requireFloat64 } from "../given.js";
import {
  grad,
  hessianVectorProduct,
  input,
  inputName,
  type Tensor,
  topologicalOrder,
} from "../graph/index.js";
import { countFor, countOf, elementCount, formatShape } from "../graph/shape.js";
import { isInput } from "../graph/tensor.js";
import { missing } from "../missing.js";
import { requireKnown } from "../options.js";
import { float64, lazyProgram } from "./program.js";
import { isQuadratic } from "./quadratic-form.js";
import { gammaOf, operationCount, type Rounding } from "./rounding.js";

/** A function to minimise, in the symbolic language. Everything is float64. */
export interface ObjectiveDefinition {
  readonly name: string;
  /** The inputs it is a function of, of fixed shapes; their elements in this order are the vector w. */
  readonly parameters: Tensor | readonly Tensor[];
  /** f(w), a scalar. */
  readonly value: Tensor;
  /** Values of the graph's other inputs, by name. */
  readonly data?: Readonly<Record<string, Values>>;
  /** Constants that are known for this function; where absent they are computed or estimated. */
  readonly constants?: KnownConstants;
  /** See `Rounding.floor`. @defaultValue 0 */
  readonly roundingFloor?: number;
  /** See `Rounding.scales`. */
  readonly roundingScales?: Float64Array;
}

/**
 * How a constant is known: equal to it; a bound proven to hold (L from above, mu from below); an estimate from samples, which is on the
 * other side (L from below, mu from above); or as given by the caller, who vouches for it.
 */
export type Certainty = "exact" | "bound" | "estimate" | "given";

export interface Constant {
  readonly value: number;
  readonly certainty: Certainty;
  /** How it was obtained, in a few words. */
  readonly how: string;
}

export interface KnownConstants {
  /** L: an upper bound of the Hessian's eigenvalues, everywhere. */
  readonly smoothness: () => Promise<Constant>;
  /** mu: a lower bound of the Hessian's eigenvalues, everywhere. */
  readonly strongConvexity: () => Promise<Constant>;
}

export interface ValueAndGradient {
  readonly value: number;
  readonly gradient: Float64Array;
}

/** An objective ready to be evaluated. */
export interface Objective {
  readonly name: string;
  /** Number of elements of w. */
  readonly dimension: number;
  /** Whether the graph shows f to be a polynomial of degree two at most: its Hessian does not contain w. */
  readonly quadratic: boolean;
  readonly rounding: Rounding;
  readonly constants?: KnownConstants;
  /** f(w). */
  value(w: Float64Array): Promise<number>;
  /** ∇f(w). */
  gradient(w: Float64Array): Promise<Float64Array>;
  /** f(w) and ∇f(w) in one run. */
  valueAndGradient(w: Float64Array): Promise<ValueAndGradient>;
  /** ∇²f(w)·v. */
  hessianVector(w: Float64Array, v: Float64Array): Promise<Float64Array>;
  /** Frees the engine's memory. */
  release(): Promise<void>;
}

const leaves = (outputs: readonly Tensor[]): Tensor[] => topologicalOrder(outputs).filter(isInput);

const checkDefinition = (name: string, value: Tensor, parameters: readonly Tensor[]): void => {
  if (value.rank !== 0) {
    throw new SteepestError(
      `objective "${name}": the value has shape ${formatShape(value.shape)}, a scalar is needed; take its sum or mean`,
    );
  }
  const wrong = [value, ...parameters].find((x) => x.dtype !== "float64");
  if (wrong !== undefined) {
    throw new SteepestError(
      `objective "${name}": ${wrong === value ? "the value" : `"${inputName(wrong)}"`} is ${wrong.dtype}; build it from float64 inputs`,
    );
  }
  if (parameters.length === 0)
    throw new SteepestError(`objective "${name}": no parameters; give at least one`);
};

/** The values of the inputs that are not parameters, each of which must be given. Their batch size, 1 if they have none. */
const checkData = (
  name: string,
  value: Tensor,
  parameters: readonly Tensor[],
  data: Readonly<Record<string, Values>>,
): number => {
  const inputs = leaves([value]).filter((x) => !parameters.includes(x));
  const unknown = Object.keys(data).find((key) => !inputs.some((x) => inputName(x) === key));
  if (unknown !== undefined) {
    throw new SteepestError(
      `objective "${name}": data "${unknown}" is not an input of its graph; the inputs beside the parameters are ${inputs.map(inputName).join(", ") || "none"}`,
    );
  }
  const sizes = inputs.map((x) => {
    const values = data[inputName(x)];
    if (values === undefined) {
      throw new SteepestError(
        `objective "${name}": input "${inputName(x)}" is neither a parameter nor given in data`,
      );
    }
    const { fixed, batches } = countOf(x.shape);
    return batches > 0 ? values.length / fixed : 1;
  });
  return Math.max(1, ...sizes);
};

/** Numbers in `parts`, one after the other. */
const concatenate = (parts: readonly Float64Array[], size: number): Float64Array => {
  const whole = new Float64Array(size);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
};

/**
 * Makes an objective from a graph: value, gradient and Hessian-vector product as float64 programs, compiled when first
 * used.
 *
 * ```ts
 * const w = input("w", [2], "float64");
 * const bowl = theory.objective({ name: "bowl", parameters: w, value: graph.squaredNorm(w) });
 * const { value, gradient } = await bowl.valueAndGradient(Float64Array.of(1, 2));
 * ```
 * Throws where the value is not a scalar, where anything is not float64, or where an input has no values.
 */
export const objective = (definition: ObjectiveDefinition): Objective => {
  const {
    name,
    parameters: given,
    value,
    data = {},
    constants,
    roundingFloor = 0,
    roundingScales,
  } = requireKnown("objective", definition, [
    "name",
    "parameters",
    "value",
    "data",
    "constants",
    "roundingFloor",
    "roundingScales",
  ]);
  const parameters = "operation" in given ? [given] : [...given];
  checkDefinition(name, value, parameters);
  const batchSize = checkData(name, value, parameters, data);
  const sizes = parameters.map((x) => elementCount(x.shape));
  const dimension = sizes.reduce((a, b) => a + b, 0);

  const directions = parameters.map((x, i) => input(`objective/direction/${i}`, x.shape, "float64"));
  const named = (tensors: readonly Tensor[], what: string) =>
    Object.fromEntries(tensors.map((x, i) => [`objective/${what}/${i}`, x] as const));
  const gradients = grad(value, parameters);
  const products = hessianVectorProduct(value, parameters, directions);
  const work = leaves([value]).reduce((total, x) => total + countFor(x.shape, batchSize), 0);

  const programOf = (outputs: Readonly<Record<string, Tensor>>) => {
    const inputs = leaves(Object.values(outputs));
    const program = lazyProgram({ inputs, outputs, work });
    const names = new Set(inputs.map(inputName));
    const evaluate = async (values: Readonly<Record<string, Values>>) =>
      program.run(Object.fromEntries(Object.entries(values).filter(([key]) => names.has(key))));
    return { evaluate, release: () => program.release() };
  };
  const first = programOf({ "objective/value": value, ...named(gradients, "gradient") });
  const second = programOf(named(products, "product"));

  const split = (vector: Float64Array, what: string, tensors: readonly Tensor[]) => {
    requireFloat64(`objective "${name}": ${what}`, vector);
    if (vector.length !== dimension) {
      throw new SteepestError(
        `objective "${name}": ${what} has ${vector.length} elements, its dimension is ${dimension}`,
      );
    }
    let offset = 0;
    return Object.fromEntries(
      tensors.map((x, i) => {
        const start = offset;
        offset += sizes[i] ?? missing();
        return [inputName(x), vector.subarray(start, offset)] as const;
      }),
    );
  };
  const join = (outputs: Readonly<Record<string, Parameters<typeof float64>[0]>>, what: string) =>
    concatenate(
      parameters.flatMap((_, i) => {
        const part = outputs[`objective/${what}/${i}`];
        return part === undefined ? [] : [float64(part)];
      }),
      dimension,
    );

  const valueAndGradient = async (w: Float64Array): Promise<ValueAndGradient> => {
    const outputs = await first.evaluate({ ...data, ...split(w, "w", parameters) });
    const f = outputs["objective/value"];
    return {
      value: (f === undefined ? undefined : float64(f)[0]) ?? missing(),
      gradient: join(outputs, "gradient"),
    };
  };

  return {
    name,
    dimension,
    quadratic: isQuadratic(value, products, parameters),
    rounding: {
      gamma: gammaOf(operationCount(value, batchSize)),
      floor: roundingFloor,
      ...(roundingScales === undefined ? {} : { scales: roundingScales }),
    },
    ...(constants === undefined ? {} : { constants }),
    value: async (w) => (await valueAndGradient(w)).value,
    gradient: async (w) => (await valueAndGradient(w)).gradient,
    valueAndGradient,
    hessianVector: async (w, v) => {
      const feeds = { ...data, ...split(w, "w", parameters), ...split(v, "v", directions) };
      return join(await second.evaluate(feeds), "product");
    },
    release: async () => {
      await Promise.all([first.release(), second.release()]);
    },
  };
};
