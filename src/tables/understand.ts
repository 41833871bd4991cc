import type { Decimal } from "../data/csv/amount.js";
import type { DateOrder } from "../data/csv/date.js";
import { fail, type Source } from "../data/csv/source.js";
import { missing } from "../missing.js";
import { shown } from "../shown.js";
import { booleansOf } from "./kinds/boolean.js";
import { type DateEvidence, dateEvidence } from "./kinds/date.js";
import { type AmountEvidence, amountEvidence, meanings } from "./kinds/number.js";
import type { ReadAs } from "./kinds/read.js";
import { wordsOf } from "./kinds/text.js";
import type { Profile } from "./profile.js";

/** What a column may be said to be. */
export const columnTypes = ["number", "category", "boolean", "date", "text", "ignore"] as const;
export type ColumnType = (typeof columnTypes)[number];

export interface UnderstandOptions {
  readonly source: Source;
  readonly types: Readonly<Record<string, ColumnType>>;
  readonly decimal: Decimal | "detect";
  readonly dates: DateOrder | "detect";
  /** The byte between cells. */
  readonly delimiter: number;
  /** Rows of the whole table. */
  readonly rows: number;
}

/** How a column is read, or why it is left out. */
export type Understood =
  | { readonly name: string; readonly as: ReadAs; readonly said: string }
  | { readonly name: string; readonly as?: undefined; readonly why: string };

/** How many numbers a text becomes. */
const BUCKETS = 128;

const SEMICOLON = 59;

/** The evidence of every column, and the decimal mark that the unambiguous ones agree on. */
interface Evidence {
  readonly amounts: ReadonlyMap<string, AmountEvidence>;
  readonly agreed: Decimal | undefined;
}

const isMostly = (some: number, of: number): boolean => some * 2 >= of && some > 0;

const evidenceOf = (profiles: readonly Profile[]): Evidence => {
  const amounts = new Map(
    profiles.filter(({ texts }) => texts.size > 0).map((profile) => [profile.name, amountEvidence(profile)]),
  );
  const used = new Set<Decimal>();
  for (const profile of profiles) {
    const found = amounts.get(profile.name);
    if (!found || found.decimal === "none" || found.decimal === "either") continue;
    if (isMostly(profile.plain + found.cells[found.decimal], profile.present)) used.add(found.decimal);
  }
  const [agreed, ...others] = used;
  return { amounts, agreed: others.length === 0 ? agreed : undefined };
};

/** The decimal mark of a column of numbers. Throws where its numbers mean two things. */
const decimalOf = (
  { name, whole, plain }: Profile,
  { amounts, agreed }: Evidence,
  { decimal, source, delimiter }: UnderstandOptions,
): Decimal => {
  if (decimal !== "detect") return decimal;
  const found = amounts.get(name);
  if (found?.decimal === "." || found?.decimal === ",") return found.decimal;
  if (found?.decimal === "either") {
    if (agreed !== undefined) return agreed;
    return fail(
      source,
      `column ${shown(name)} holds numbers such as ${shown(found.example ?? "")}, which is ${meanings(found.example ?? "")} as the decimal mark; say which by ${source.option("decimal", ".")} or ${source.option("decimal", ",")}`,
    );
  }
  if (agreed === "," && delimiter === SEMICOLON && whole < plain) {
    return fail(
      source,
      `column ${shown(name)} has numbers with a point, others numbers with a decimal comma: points may stand between thousands; say which by ${source.option("decimal", ".")} or ${source.option("decimal", ",")}`,
    );
  }
  return ".";
};

const firstUnlike = (profile: Profile, isLike: (text: string) => boolean): string => {
  for (const [text, { line, count }] of profile.texts) {
    if (!isLike(text))
      return `line ${line} has ${shown(text)}${count > 1 ? ` (and ${count - 1} others)` : ""}`;
  }
  return "some cells are not";
};

/** Names that identifiers have. */
const ID_NAME =
  /^(.*[_\s-])?(id|ids|uuid|guid|key|index|idx|rowid|row|nr|no|number|rownames?)$|[a-z]I[dD]$|^unnamed/i;

/** Whether a column only tells rows apart: a running number, a key, different texts without blanks. */
const isIdentifier = (profile: Profile): boolean => {
  const { name, present, plain, whole, texts, unkept, rising, counting, rows } = profile;
  if (rows < 20 || present < rows) return false;
  if (plain === present) {
    if (whole < plain) return false;
    return counting || (rising && ID_NAME.test(name)) || (name === "column1" && counting);
  }
  if (plain > 0 && texts.size + (profile.numbers?.size ?? 0) < present) return false;
  if (unkept > 0) return false;
  const different = texts.size >= 0.95 * (present - plain);
  if (!different) return false;
  let [seen, blanks] = [0, 0];
  for (const text of texts.keys()) {
    if (++seen > 1000) break;
    if (/\s/.test(text)) blanks++;
  }
  return blanks * 10 < Math.min(seen, 1000) || ID_NAME.test(name);
};

/** Whether the texts of a column are sentences rather than categories. */
const isText = ({ present, plain, texts, unkept }: Profile): boolean => {
  if (plain * 10 > present) return false;
  const different = texts.size + unkept;
  if (different < 50 || different * 4 < present) return false;
  let [seen, words] = [0, 0];
  for (const text of texts.keys()) {
    if (++seen > 1000) break;
    words += wordsOf(text).length;
  }
  return words >= 3 * Math.min(seen, 1000);
};

const asNumber = (profile: Profile, evidence: Evidence, options: UnderstandOptions): ReadAs => {
  const { source } = options;
  const { name, present, plain, infinite } = profile;
  const decimal = decimalOf(profile, evidence, options);
  const found = evidence.amounts.get(name);
  const read = plain + (found?.cells[decimal] ?? 0);
  if (read < present && profile.unkept === 0 && profile.texts.size < 20_000) {
    const other = decimal === "." ? "," : ".";
    const better = found && found.cells[other] > found.cells[decimal];
    const amount = (text: string) =>
      amountEvidence({ texts: new Map([[text, { count: 1, line: 1 }]]) } as Profile).cells[decimal] > 0;
    fail(
      source,
      `column ${shown(name)} is of numbers (${read} of ${present} cells), but ${firstUnlike(profile, amount)}; ${better ? `choose ${source.option("decimal", other)}, ` : ""}correct or empty it, or say what the column is by ${source.option("types", `${name}=category`)}`,
    );
  }
  if (infinite !== undefined)
    fail(
      source,
      `line ${infinite}, column ${shown(name)}: the number is not finite; replace it or leave it empty (missing)`,
    );
  const units = [...(found?.units[decimal] ?? [])];
  if (plain > 0 && !units.includes("")) units.push("");
  const signs = units.filter((unit) => unit !== "");
  if (signs.length > 1 || (signs[0] === "%" && units.includes(""))) {
    fail(
      source,
      `column ${shown(name)} mixes units (${units.map((unit) => (unit === "" ? "none" : unit)).join(", ")}); give every value in one unit, or leave it out by ${source.option("ignore", name)}`,
    );
  }
  return { kind: "number", decimal, units: units.length > 0 ? units : [""] };
};

const asDate = (profile: Profile, found: DateEvidence, { source, dates }: UnderstandOptions): ReadAs => {
  const { name, present } = profile;
  if (found.dates < present && profile.texts.size < 20_000) {
    const isDate = (text: string) =>
      dateEvidence({ texts: new Map([[text, { count: 1, line: 1 }]]) } as Profile).dates > 0;
    fail(
      source,
      `column ${shown(name)} is of dates (${found.dates} of ${present} cells), but ${firstUnlike(profile, isDate)}; correct or empty it, or say what the column is by ${source.option("types", `${name}=category`)}`,
    );
  }
  const order = dates === "detect" ? found.order : dates;
  if (order === "either") {
    return fail(
      source,
      `column ${shown(name)} has dates such as ${shown(found.example ?? missing())}, of which day or month may come first; say which by ${source.option("dates", "day-first")} or ${source.option("dates", "month-first")}`,
    );
  }
  return { kind: "date", order: order === "any" ? "day-first" : order };
};

/** What a column holds, by its cells and what was said of it. */
const understandColumn = (profile: Profile, evidence: Evidence, options: UnderstandOptions): Understood => {
  const { name, present, plain, worded } = profile;
  const told = options.types[name];
  const leftOut = (why: string): Understood => ({ name, why });
  if (told === "ignore") return leftOut("as you said");
  if (present === 0) return leftOut("it holds no values");
  if (told === "category") return { name, as: { kind: "category" }, said: "category" };
  if (told === "text") return { name, as: { kind: "text", buckets: BUCKETS }, said: "text" };
  if (told === "number") return { name, as: asNumber(profile, evidence, options), said: "number" };
  const dates = worded > 0 ? dateEvidence(profile) : undefined;
  if (told === "date" && dates) return { name, as: asDate(profile, dates, options), said: "date" };
  const booleans = booleansOf(profile);
  if (told === "boolean") {
    if (booleans) return { name, as: { kind: "boolean", ...booleans }, said: "boolean" };
    const different = profile.texts.size + (profile.numbers?.size ?? Number.POSITIVE_INFINITY);
    if (different <= 2) return { name, as: { kind: "category" }, said: "category" };
    return fail(
      options.source,
      `column ${shown(name)} holds more than two different values, not such as yes and no; leave ${options.source.option("types", `${name}=boolean`)} out, or take ${options.source.option("types", `${name}=category`)}`,
    );
  }
  if (profile.isConstant) return leftOut("it has one value only");
  if (isIdentifier(profile) && !(dates && isMostly(dates.dates, present))) {
    const found = evidence.amounts.get(name);
    const written = Math.max(found?.cells["."] ?? 0, found?.cells[","] ?? 0);
    if (plain === present || !isMostly(plain + written, present))
      return leftOut(
        `it looks like an identifier: another ${plain === present ? "number" : "text"} in every row (${options.source.option("types", `${name}=${plain === present ? "number" : "category"}`)} takes it)`,
      );
  }
  if (booleans) return { name, as: { kind: "boolean", ...booleans }, said: "boolean" };
  const amounts = evidence.amounts.get(name);
  const written =
    options.decimal === "detect"
      ? Math.max(amounts?.cells["."] ?? 0, amounts?.cells[","] ?? 0)
      : (amounts?.cells[options.decimal] ?? 0);
  if (dates && isMostly(dates.dates, present))
    return { name, as: asDate(profile, dates, options), said: "date" };
  if (isMostly(plain + written, present))
    return { name, as: asNumber(profile, evidence, options), said: "number" };
  if (dates && isMostly(dates.times, present)) return { name, as: { kind: "time" }, said: "time" };
  if (isText(profile)) return { name, as: { kind: "text", buckets: BUCKETS }, said: "text" };
  return { name, as: { kind: "category" }, said: "category" };
};

/** What the columns of a table hold. Throws where one is mostly of one kind and partly of another, or can be read in two ways. */
export const understand = (
  profiles: readonly Profile[],
  options: UnderstandOptions,
): readonly Understood[] => {
  const evidence = evidenceOf(profiles);
  return profiles.map((profile) => understandColumn(profile, evidence, options));
};

/** How a target is read: as classes or as values. */
export const understandTarget = (
  profile: Profile,
  profiles: readonly Profile[],
  task: "classification" | "regression" | undefined,
  options: UnderstandOptions,
): { readonly kind: "class" | "value"; readonly as: ReadAs; readonly because: string } => {
  const { name, present, plain, whole, numbers } = profile;
  const { source } = options;
  const evidence = evidenceOf(profiles);
  const told = options.types[name];
  const classes = (because: string) => ({ kind: "class", as: { kind: "category" }, because }) as const;
  if (present === 0)
    fail(
      source,
      `the target ${shown(name)} holds no values; name another column by ${source.option("target")}`,
    );
  const values = (because: string) =>
    ({ kind: "value", as: asNumber(profile, evidence, options), because }) as const;
  if (task === "classification" || (task === undefined && (told === "category" || told === "boolean")))
    return classes("as you said");
  if (task === "regression" || told === "number") return values("as you said");
  const amounts = evidence.amounts.get(name);
  const written = Math.max(amounts?.cells["."] ?? 0, amounts?.cells[","] ?? 0);
  if (!isMostly(plain + written, present)) {
    const dates = dateEvidence(profile);
    if (isMostly(dates.dates, present))
      fail(
        source,
        `the target ${shown(name)} holds dates; give a column of numbers, such as the days until then, or ${source.option("task", "classification")}`,
      );
    return classes("it holds texts");
  }
  const different = numbers?.size ?? Number.POSITIVE_INFINITY;
  const binary = different === 2 && profile.least === 0 && profile.most === 1;
  if (plain === present && whole === plain && (binary || (different <= 20 && different * 5 <= present)))
    return classes(`it holds ${different} different whole numbers`);
  return values("it holds numbers");
};
