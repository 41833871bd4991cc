import type { Constant, Objective, ValueAndGradient } from "../../src/theory/index.js";

/** An objective that is told what to say, with what it was asked: for rules that no true function tries on both sides of a limit. */
export const fake = ({
  dimension = 1,
  at,
  hessian = (_, v) => v,
  gamma = 0,
  L,
  mu,
}: {
  readonly dimension?: number;
  readonly at: (x: Float64Array) => { readonly value: number; readonly gradient: readonly number[] };
  readonly hessian?: (x: Float64Array, v: Float64Array) => Float64Array;
  readonly gamma?: number;
  readonly L?: Constant;
  readonly mu?: Constant;
}): Objective & { readonly asked: number[][]; readonly products: number[][] } => {
  const asked: number[][] = [];
  const products: number[][] = [];
  const valueAndGradient = async (x: Float64Array): Promise<ValueAndGradient> => {
    asked.push([...x]);
    const { value, gradient } = at(x);
    return { value, gradient: Float64Array.from(gradient) };
  };
  return {
    name: "made up",
    dimension,
    quadratic: false,
    rounding: { gamma, floor: 0 },
    ...(L && mu ? { constants: { smoothness: async () => L, strongConvexity: async () => mu } } : {}),
    value: async (x) => (await valueAndGradient(x)).value,
    gradient: async (x) => (await valueAndGradient(x)).gradient,
    valueAndGradient,
    hessianVector: async (x, v) => {
      products.push([...x]);
      return hessian(x, v);
    },
    release: async () => {},
    asked,
    products,
  };
};
