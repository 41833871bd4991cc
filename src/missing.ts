/**
 * For `values[i] ?? missing()` where `i` is known to lie within `values`: types cannot see it, and a 0 in its place would turn a mistake
 * in an index into a wrong number.
 */
export const missing = (): never => {
  throw new Error("internal error: an element is missing where there must be one; please report this");
};
