/**
 * Arithmetic on a few elements side by side, in IEEE float32: what the form of an elementwise operator in a kernel is made of. `T` is
 * what the compiler of kernels makes of a value: numbers, or the truth of a comparison.
 */
export interface Lanes<T> {
  readonly number: (value: number) => T;
  readonly add: (a: T, b: T) => T;
  readonly sub: (a: T, b: T) => T;
  readonly mul: (a: T, b: T) => T;
  readonly div: (a: T, b: T) => T;
  readonly neg: (x: T) => T;
  readonly abs: (x: T) => T;
  readonly sqrt: (x: T) => T;
  /** `b` where `b < a`, else `a`: a NaN in `a` stays, one in `b` is passed over. */
  readonly lesser: (a: T, b: T) => T;
  /** `b` where `b > a`, else `a`: a NaN in `a` stays, one in `b` is passed over. */
  readonly greater: (a: T, b: T) => T;
  readonly isEqual: (a: T, b: T) => T;
  readonly isGreater: (a: T, b: T) => T;
  readonly isGreaterOrEqual: (a: T, b: T) => T;
  readonly isLess: (a: T, b: T) => T;
  readonly isLessOrEqual: (a: T, b: T) => T;
  readonly and: (a: T, b: T) => T;
  readonly not: (x: T) => T;
  /** `a` where something is true, else `b`. */
  readonly select: (truth: T, a: T, b: T) => T;
  /** 1 where something is true, else 0. */
  readonly indicator: (truth: T) => T;
}
