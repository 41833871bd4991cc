/*
 * JSON that gives back every number as it was: it has no word for NaN, ±∞ and -0, which are written as objects with this one name.
 */
const mark = "$number";

const names = ["NaN", "Infinity", "-Infinity", "-0"] as const;

const nameOf = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));

/** The JSON text of plain data. */
export const toExactJson = (data: unknown): string =>
  JSON.stringify(data, (_, value: unknown) =>
    typeof value === "number" && names.some((name) => name === nameOf(value))
      ? { [mark]: nameOf(value) }
      : value,
  );

/** The data that `toExactJson` wrote. Throws what `JSON.parse` does. */
export const fromExactJson = (text: string): unknown =>
  JSON.parse(text, (_, value: unknown) =>
    value instanceof Object && mark in value ? Number(value[mark]) : value,
  );
