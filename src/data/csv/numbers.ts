import { missing } from "../../missing.js";
import { shown } from "../../shown.js";
import { type Decimal, readAmount } from "./amount.js";
import { type Days, readDigitDate } from "./date.js";
import { readPlain } from "./plain.js";
import { type Found, lineOf, type Reading } from "./reading.js";
import { textAt } from "./scan.js";
import { fail } from "./source.js";
import { isPlain, kindsOf, MISSING, NUMBER, type Table, tally, valuesOf, WHOLE, WORDS } from "./table.js";

const COMMA = 44;

/** The numbers of a column, and how they are written. */
export interface Numbers extends Found {
  /** What stood beside the digits, "" for nothing, each with the first cell that has it. */
  readonly units: ReadonlyMap<string, number>;
  /** The first cell with digits in groups. */
  readonly grouped: number | undefined;
}

/** What dates are read into where only their form matters. */
const days: Days = { "day-first": 0, "month-first": 0 };

/** Reads the cells of column j that are numbers with this decimal mark. */
export const readNumbers = (table: Table, j: number, decimal: Decimal): Numbers => {
  const { text, plain, present } = tally(table, j);
  return decimal === "." && text === 0
    ? plainNumbers(table, j, plain, present)
    : anyNumbers(table, j, decimal);
};

/** Where nothing but plain numbers, words and gaps stands in the column, its numbers have been read. */
const plainNumbers = (table: Table, j: number, read: number, present: number): Numbers => {
  const kinds = kindsOf(table, j);
  const cellWhere = (test: (kind: number) => boolean) =>
    (table.first + kinds.findIndex(test)) * table.width + j;
  return {
    values: valuesOf(table, j),
    present,
    read,
    unread: read < present ? cellWhere((kind) => kind === WORDS) : undefined,
    units: new Map(read > 0 ? [["", cellWhere(isPlain)]] : []),
    grouped: undefined,
  };
};

const anyNumbers = (table: Table, j: number, decimal: Decimal): Numbers => {
  const { bytes, starts, ends, width, first } = table;
  const kinds = kindsOf(table, j);
  const plainValues = valuesOf(table, j);
  const values = new Float64Array(kinds.length).fill(Number.NaN);
  const units = new Map<string, number>();
  let plain: number | undefined;
  let grouped: number | undefined;
  let present = 0;
  let read = 0;
  let unread: number | undefined;
  const readOther = (cell: number): number => {
    if (readDigitDate(bytes, starts[cell] ?? missing(), ends[cell] ?? missing(), days) >= 0)
      return Number.NaN;
    const amount = readAmount(textAt(table, cell), decimal);
    if (!amount) return Number.NaN;
    if (!units.has(amount.unit)) units.set(amount.unit, cell);
    if (amount.grouped) grouped ??= cell;
    return amount.value;
  };
  for (let row = 0; row < kinds.length; row++) {
    const kind = kinds[row] ?? missing();
    if (kind === MISSING) continue;
    present++;
    const cell = (first + row) * width + j;
    const known = plainValues[row] ?? missing();
    // With a decimal comma, a plain number such as 1.234 is another one.
    let value =
      kind === WHOLE || (kind === NUMBER && (decimal === "." || !Number.isFinite(known)))
        ? known
        : kind === WORDS || decimal === "."
          ? Number.NaN
          : readPlain(bytes, starts[cell] ?? missing(), ends[cell] ?? missing(), COMMA);
    if (!Number.isNaN(value)) plain ??= cell;
    else if (kind !== WORDS) value = readOther(cell);
    values[row] = value;
    if (Number.isNaN(value)) unread ??= cell;
    else read++;
  }
  if (plain !== undefined && !units.has("")) units.set("", plain);
  return { values, present, read, unread, units, grouped };
};

/** Throws where numbers of different units stand in one column; says what was left out of them. */
const checkUnits = (
  table: Table,
  name: string,
  numbers: Numbers,
  { source, note, decimal }: Reading,
): void => {
  const { units, grouped, values } = numbers;
  const example = (unit: string) => textAt(table, units.get(unit) ?? missing());
  const [unit, ...others] = [...units.keys()].filter((sign) => sign !== "");
  // A price may stand without its currency; a share beside a percentage is another number.
  const rival = others[0] ?? (unit === "%" && units.has("") ? "" : undefined);
  if (unit !== undefined && rival !== undefined) {
    fail(
      source,
      `column ${shown(name)} mixes ${shown(example(unit))} and ${shown(example(rival))}; give every value in one unit`,
    );
  }
  const about = (many: string, text = "") =>
    note({
      column: name,
      text: `column ${shown(name)} ${many}${text && `: ${shown(text)} is ${readAmount(text, decimal)?.value}`}`,
      many,
    });
  if (unit !== undefined) about(`read without ${shown(unit)}`, example(unit));
  if (grouped !== undefined) about("read without the marks between thousands", textAt(table, grouped));
  if (decimal === "," && values.some((value) => value % 1 !== 0 && !Number.isNaN(value))) {
    about("read with decimal commas");
  }
};

/** The values of a column of numbers. Throws where a cell is none, or not finite, or of another unit than others. */
export const finiteNumbers = (table: Table, j: number, numbers: Numbers, reading: Reading): Float64Array => {
  const name = table.names[j] ?? missing();
  const { source } = reading;
  const { present, read, unread, values } = numbers;
  const where = (cell: number) =>
    `line ${lineOf(table, cell)}, column ${shown(name)}: ${shown(textAt(table, cell))}`;
  if (unread !== undefined) {
    fail(
      source,
      `${where(unread)} is not a number (${read} of ${present} values are); correct it, or name the column in ${source.option("categorical")}`,
    );
  }
  const infinite = values.findIndex((value) => value === Infinity || value === -Infinity);
  if (infinite >= 0) {
    const cell = (table.first + infinite) * table.width + j;
    fail(source, `${where(cell)} is not finite; replace it or leave it empty (missing)`);
  }
  checkUnits(table, name, numbers, reading);
  return values;
};
