import { z } from "zod";
import { decimals } from "../data/csv/amount.js";
import { dateOrders } from "../data/csv/date.js";
import { SteepestError } from "../errors.js";

/** What is kept of numbers: the centre and the scale by which they are told to a network, and what stands for a missing one. */
const numbers = {
  name: z.string(),
  /** Subtracted in float64 before a value goes into the model, where float32 would lose what values differ in. */
  offset: z.number(),
  mean: z.number(),
  deviation: z.number(),
  median: z.number(),
  /** The distance between the quartiles, or what stands for it. */
  spread: z.number(),
  /** Whether values were missing in training: the network is then told so. */
  gaps: z.boolean(),
};

const columnSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("number"),
    ...numbers,
    decimal: z.enum(decimals),
    /** What may stand beside the digits. */
    units: z.array(z.string()),
  }),
  z.object({ kind: z.literal("boolean"), ...numbers, no: z.array(z.string()), yes: z.array(z.string()) }),
  z.object({
    kind: z.literal("date"),
    ...numbers,
    order: z.enum(dateOrders),
    /** What a date is told by besides the days that have passed. */
    parts: z.array(z.enum(["season", "weekday", "hour"])),
  }),
  z.object({ kind: z.literal("time"), ...numbers }),
  z.object({
    kind: z.literal("category"),
    name: z.string(),
    /** The most frequent first; category k has the code k + 1, unknown and rare ones the code 0. */
    categories: z.array(z.string()),
    /** The code of a missing value. */
    missing: z.number(),
  }),
  z.object({
    kind: z.literal("text"),
    name: z.string(),
    /** How many numbers a text becomes. */
    buckets: z.number(),
  }),
]);

const targetSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("class"), name: z.string(), classes: z.array(z.string()) }),
  z.object({
    kind: z.literal("value"),
    name: z.string(),
    decimal: z.enum(decimals),
    units: z.array(z.string()),
    mean: z.number(),
    deviation: z.number(),
    /** Whether all training values are whole numbers. */
    whole: z.boolean(),
  }),
]);

export const encoderSchema = z.object({
  version: z.literal(1),
  columns: z.array(columnSchema),
  targets: z.array(targetSchema),
  /** Columns that are not used, and why. */
  ignored: z.array(z.object({ name: z.string(), why: z.string() })),
});

/**
 * How the rows of a table become the inputs of a network and its answers those of the table: fitted on training rows, plain data, and
 * written into the metadata of a model as JSON.
 *
 * The inputs are `numbers` (a float for each column that is a number, boolean, date or time, NaN where missing), `categories` (a code for
 * each column of categories) and `words` (counts of hashed words for each column of texts), each where there are such columns, in the order of `columns`.
 */
export type TableEncoder = z.infer<typeof encoderSchema>;
export type EncodedColumn = TableEncoder["columns"][number];
export type EncodedTarget = TableEncoder["targets"][number];
export type NumberColumn = Exclude<EncodedColumn, { readonly kind: "category" | "text" }>;
export type CategoryColumn = Extract<EncodedColumn, { readonly kind: "category" }>;
export type TextColumn = Extract<EncodedColumn, { readonly kind: "text" }>;

/** The key of an encoder in a model's metadata. */
export const encoderKey = "steepest.table";

/** The columns of an encoder by the input that they go into, in order. */
export const partsOf = ({ columns }: Pick<TableEncoder, "columns">) => ({
  numbers: columns.filter(
    (column): column is NumberColumn => column.kind !== "category" && column.kind !== "text",
  ),
  categories: columns.filter((column): column is CategoryColumn => column.kind === "category"),
  texts: columns.filter((column): column is TextColumn => column.kind === "text"),
});

/** The encoder that a model's metadata hold as JSON. Throws where it is of another kind or version. */
export const parseEncoder = (text: string, source: string): TableEncoder => {
  try {
    return encoderSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new SteepestError(
      `${source}: its metadata "${encoderKey}" is not what this version of \`steepest train\` writes; train the model again`,
      { cause: error },
    );
  }
};
