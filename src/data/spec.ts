import { givenText } from "../given.js";
import { requireKnown } from "../options.js";
import { shown } from "../shown.js";
import type { Field, FieldKind, ImageLayout, Target } from "./dataset.js";
import type { Fail } from "./numbers.js";

/** What an input is, where the numbers given do not tell. */
export interface FieldSpec {
  /** @defaultValue "int" where `categories` is given, "bool" for lists of `true` and `false`, else "float" */
  readonly kind?: FieldKind;
  /** Shape of one example: `[784]`. @defaultValue as lists are nested; `[1]` for one number each */
  readonly shape?: readonly number[];
  /** How many categories ints number, from 0 on: others are refused. */
  readonly categories?: number;
  /** How an example is drawn as a picture. */
  readonly image?: ImageLayout;
  /** Whether some floats may be missing, as NaN: the network must say what stands for them. @defaultValue false */
  readonly partial?: boolean;
  /** Names of the numbers of an example. */
  readonly columns?: readonly string[];
}

/** What a target is: a class where `classes` or `names` is given, yes and no to several labels with `labels`, else values. */
export interface TargetSpec {
  /** Number of classes. @defaultValue the number of `names` */
  readonly classes?: number;
  /** Names of the classes, or of the labels. */
  readonly names?: readonly string[];
  /** Each target says yes or no (1 or 0) to so many labels, of which several may hold at once; `true`: to as many as there are numbers or names. */
  readonly labels?: number | boolean;
  /** Shape of one example: `[20]` for a class at each of 20 places. @defaultValue as lists are nested; one class, or `[1]` for one value each */
  readonly shape?: readonly number[];
  /** Whether some may be left out: a class as -1, a value as NaN. They do not count in losses and metrics. @defaultValue false */
  readonly partial?: boolean;
}

export const fieldOptions = ["kind", "shape", "categories", "image", "partial", "columns"] as const;
export const targetOptions = ["classes", "names", "labels", "shape", "partial"] as const;

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Throws unless `shape` is a list of positive integers. */
const checkShape = (what: string, shape: readonly unknown[], fail: Fail): void => {
  if (!Array.isArray(shape)) fail(`${what} is ${givenText(shape)}; give a list such as [784]`);
  const positive = (extent: unknown) => Number.isSafeInteger(extent) && Number(extent) > 0;
  if (!shape.every(positive)) fail(`${what} is [${shape}]; give positive integers`);
};

/** Throws unless `list` is a list of different texts. */
const checkNames = (what: string, list: readonly unknown[], fail: Fail): void => {
  if (!Array.isArray(list)) fail(`${what} is ${givenText(list)}; give a list of texts`);
  const seen = new Map<unknown, number>();
  for (const [k, text] of list.entries()) {
    if (typeof text !== "string") fail(`${what}[${k}] is ${givenText(text)}; give a text`);
    if (seen.has(text)) fail(`${what}[${seen.get(text)}] and [${k}] are both ${shown(String(text))}`);
    seen.set(text, k);
  }
};

const checkCount = (what: string, count: unknown, least: number, fail: Fail): void => {
  if (!Number.isInteger(count) || Number(count) < least) {
    fail(`${what} is ${givenText(count)}; give an integer of at least ${least}`);
  }
};

const checkImage = (image: ImageLayout, width: number, fail: Fail): void => {
  const {
    width: w,
    height: h,
    channels,
  } = requireKnown("dataset: image", image, ["width", "height", "channels"]);
  if (w * h * channels !== width) {
    fail(`image layout ${w} x ${h} x ${channels} does not hold the ${width} numbers of one input`);
  }
};

/** The input that a specification describes; `told` is what the numbers given tell. */
export const fieldOf = (
  spec: FieldSpec,
  fail: Fail,
  told: { readonly shape: readonly number[]; readonly kind: FieldKind } = { shape: [1], kind: "float" },
): Field => {
  const { kind = spec.categories === undefined ? told.kind : "int", shape = told.shape } = spec;
  const { categories, image, partial, columns } = spec;
  checkShape("the shape of an input", shape, fail);
  if (!["float", "int", "bool"].includes(kind)) {
    fail(`kind is ${givenText(kind)}; give "float", "int" or "bool"`);
  }
  if (categories !== undefined) {
    checkCount("categories", categories, 1, fail);
    if (kind !== "int") fail(`categories number ints, but the kind is "${kind}"; leave one of them out`);
  }
  if (partial && kind !== "float")
    fail(`floats may be missing, but the kind is "${kind}"; leave out partial`);
  const width = product(shape);
  if (image) checkImage(image, width, fail);
  if (columns !== undefined) {
    checkNames("columns", columns, fail);
    if (columns.length !== width) {
      fail(`${columns.length} names of columns for the ${width} numbers of an input; give one each`);
    }
  }
  return {
    kind,
    shape,
    ...(categories === undefined ? {} : { categories }),
    ...(image ? { image } : {}),
    ...(partial ? { partial } : {}),
    ...(columns ? { columns } : {}),
  };
};

/** The target that a specification describes; `told` is the shape that the numbers given tell. */
export const targetOf = (spec: TargetSpec, fail: Fail, told?: readonly number[]): Target => {
  const { names, labels = false, partial } = spec;
  const classes = spec.classes ?? names?.length;
  if (names !== undefined) checkNames("names", names, fail);
  if (labels !== false) {
    if (spec.classes !== undefined) fail("both classes and labels are given; give one of them");
    if (spec.shape !== undefined) fail("labels have no shape: an example has one yes or no to each of them");
    const [given = 1] = told ?? [];
    const count = labels === true ? (names?.length ?? given) : labels;
    checkCount("labels", count, 1, fail);
    if (names && names.length !== count) fail(`${names.length} names for ${count} labels`);
    return { kind: "labels", labels: count, ...(names ? { names } : {}) };
  }
  const shape = spec.shape ?? told ?? (classes === undefined ? [1] : []);
  checkShape("the shape of a target", shape, fail);
  const left = partial === true ? { partial } : {};
  if (classes === undefined) return { kind: "value", shape, ...left };
  checkCount("classes", classes, 2, fail);
  if (names && names.length !== classes) fail(`${names.length} class names for ${classes} classes`);
  return { kind: "class", classes, ...(names ? { names } : {}), shape, ...left };
};
