/**
 * What a reader can set in a figure: kinds of values, each with a short form for the link, its limits and the words of its control.
 * A text from a link is read strictly: what is not a value of the field is an error that names it.
 */
export interface Field<T> {
  /** Its name in the link: a letter or two, unique within the figure. */
  readonly key: string;
  readonly label: string;
  readonly initial: T;
  readonly write: (value: T) => string;
  /** Throws a `LinkError` where the text is no value of the field. */
  readonly read: (text: string) => T;
  /** How it is set beside the picture; absent where only the picture sets it. */
  readonly control?: Control;
}

export type Control =
  | {
      readonly kind: "range";
      readonly min: number;
      readonly max: number;
      readonly step: number;
      /** Whether equal ways of the slider are equal factors. */
      readonly logarithmic: boolean;
      readonly marks: readonly { readonly at: number; readonly label: string }[];
      readonly unit: string;
    }
  | { readonly kind: "choice"; readonly options: readonly (readonly [value: string, label: string])[] }
  | { readonly kind: "several"; readonly options: readonly (readonly [value: string, label: string])[] }
  | { readonly kind: "flag" }
  | { readonly kind: "text"; readonly placeholder: string }
  | { readonly kind: "seed" };

export class LinkError extends Error {}

const short = (value: number): string => String(Number(value.toPrecision(6)));

const readNumber = (key: string, text: string, min: number, max: number): number => {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) {
    throw new LinkError(`${key} is "${text}"; expected a number`);
  }
  if (value < min || value > max) {
    throw new LinkError(`${key} is ${text}; expected a number from ${min} to ${max}`);
  }
  return value;
};

export interface RangeOptions {
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  readonly logarithmic?: boolean;
  readonly marks?: readonly { readonly at: number; readonly label: string }[];
  readonly unit?: string;
}

/** A number between two limits. */
export const range = (
  key: string,
  label: string,
  initial: number,
  { min, max, step = 1, logarithmic = false, marks = [], unit = "" }: RangeOptions,
): Field<number> => ({
  key,
  label,
  initial,
  write: short,
  read: (text) => readNumber(key, text, min, max),
  control: { kind: "range", min, max, step, logarithmic, marks, unit },
});

/** One of a few. */
export const choice = <T extends string>(
  key: string,
  label: string,
  initial: NoInfer<T>,
  options: Readonly<Record<T, string>>,
): Field<T> => ({
  key,
  label,
  initial,
  write: (value) => value,
  read: (text) => {
    if (Object.hasOwn(options, text)) return text as T;
    throw new LinkError(`${key} is "${text}"; expected one of ${Object.keys(options).join(", ")}`);
  },
  control: { kind: "choice", options: Object.entries<string>(options) },
});

/** Some of many, by name. */
export const several = <T extends string>(
  key: string,
  label: string,
  initial: readonly NoInfer<T>[],
  options: Readonly<Record<T, string>>,
): Field<readonly T[]> => ({
  key,
  label,
  initial,
  write: (values) => values.join(","),
  read: (text) =>
    text.split(",").flatMap((name) => {
      if (name === "") return [];
      if (Object.hasOwn(options, name)) return [name as T];
      throw new LinkError(`${key} holds "${name}"; expected some of ${Object.keys(options).join(", ")}`);
    }),
  control: { kind: "several", options: Object.entries<string>(options) },
});

/** Yes or no. */
export const flag = (key: string, label: string, initial: boolean): Field<boolean> => ({
  key,
  label,
  initial,
  write: (value) => (value ? "1" : "0"),
  read: (text) => {
    if (text === "1" || text === "0") return text === "1";
    throw new LinkError(`${key} is "${text}"; expected 0 or 1`);
  },
  control: { kind: "flag" },
});

/** A short text, such as an expression. */
export const text = (key: string, label: string, initial: string, placeholder = ""): Field<string> => ({
  key,
  label,
  initial,
  write: (value) => value,
  read: (value) => {
    if (value.length <= 200) return value;
    throw new LinkError(`${key} has ${value.length} characters; expected 200 at most`);
  },
  control: { kind: "text", placeholder },
});

/** Which random numbers are drawn. */
export const seed = (key = "seed", label = "seed"): Field<number> => ({
  key,
  label,
  initial: 1,
  write: String,
  read: (value) => Math.floor(readNumber(key, value, 0, 2 ** 32 - 1)),
  control: { kind: "seed" },
});

export type Point = readonly [x: number, y: number];

/** A point that is dragged in the picture. */
export const point = (
  key: string,
  label: string,
  initial: Point,
  [[left, right], [bottom, top]]: readonly [readonly [number, number], readonly [number, number]],
): Field<Point> => ({
  key,
  label,
  initial,
  write: (value) => value.map(short).join(","),
  read: (value) => {
    const [x, y, ...more] = value.split(",");
    if (x === undefined || y === undefined || more.length > 0) {
      throw new LinkError(`${key} is "${value}"; expected two numbers with a comma between them`);
    }
    return [readNumber(key, x, left, right), readNumber(key, y, bottom, top)];
  },
});

/** Points that are dragged, added and taken away in the picture. */
export const points = (
  key: string,
  label: string,
  initial: readonly Point[],
  limits: readonly [readonly [number, number], readonly [number, number]],
  most: number,
): Field<readonly Point[]> => {
  const one = point(key, label, [0, 0], limits);
  return {
    key,
    label,
    initial,
    write: (values) => values.map(one.write).join(";"),
    read: (value) => {
      const parts = value === "" ? [] : value.split(";");
      if (parts.length > most) {
        throw new LinkError(`${key} has ${parts.length} points; expected ${most} at most`);
      }
      return parts.map(one.read);
    },
  };
};

/** A number that is set in the picture. */
export const position = (
  key: string,
  label: string,
  initial: number,
  min: number,
  max: number,
): Field<number> => ({
  key,
  label,
  initial,
  write: short,
  read: (value) => readNumber(key, value, min, max),
});
