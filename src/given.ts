/** What was given in place of something else, for an error message: plain JavaScript lets through what types do not. */
export const givenText = (given: unknown): string => {
  if (typeof given === "function") return `the function ${given.name || "given"}, which has to be called`;
  if (typeof given === "string") return JSON.stringify(given.length > 40 ? `${given.slice(0, 40)}…` : given);
  if (typeof given === "bigint") return `${given}n`;
  if (given instanceof Promise) return "a promise";
  if (Array.isArray(given)) return given.length === 0 ? "an empty list" : `a list of ${given.length}`;
  if (ArrayBuffer.isView(given)) return `a ${given.constructor.name}`;
  return typeof given === "object" && given !== null ? "an object" : String(given);
};
