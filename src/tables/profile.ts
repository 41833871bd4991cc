import { readTexts } from "../data/csv/classes.js";
import { isPlain, kindsOf, MISSING, type Table, valuesOf, WHOLE } from "../data/csv/table.js";
import { missing } from "../missing.js";

/** A text of a column: how many cells hold it, and the line of the first. */
export interface SeenText {
  count: number;
  readonly line: number;
}

/** More different texts of a column than these are counted, not kept. */
const MOST_TEXTS = 2 ** 19;

/** Different numbers of a column are kept up to so many. */
const MOST_NUMBERS = 1000;

/** What a column holds, over all rows that were looked at. */
export class Profile {
  rows = 0;
  /** Cells that hold nothing, NA, null and the like. */
  gaps = 0;
  /** Cells that are plain numbers, and those of them that are whole. */
  plain = 0;
  whole = 0;
  /** Cells with texts that are not kept. */
  unkept = 0;
  /** The texts that are no plain numbers. */
  readonly texts = new Map<string, SeenText>();
  /** The numbers and how often they occur; undefined where there are too many different ones. */
  numbers: Map<number, number> | undefined = new Map();
  least = Number.POSITIVE_INFINITY;
  most = Number.NEGATIVE_INFINITY;
  /** Whether each number is larger than the one before. */
  rising = true;
  /** Whether each number is the one before plus 1. */
  counting = true;
  #last = Number.NEGATIVE_INFINITY;
  /** The line of the first cell that is an infinite number. */
  infinite: number | undefined;

  constructor(readonly name: string) {}

  /** Cells that hold something. */
  get present(): number {
    return this.rows - this.gaps;
  }

  /** Cells that hold a text which is no plain number. */
  get worded(): number {
    return this.present - this.plain;
  }

  /** Looks at column j of some more rows. */
  add(table: Table, j: number): void {
    const kinds = kindsOf(table, j);
    const values = valuesOf(table, j);
    let other = false;
    this.rows += kinds.length;
    for (let row = 0; row < kinds.length; row++) {
      const kind = kinds[row] ?? missing();
      if (kind === MISSING) this.gaps++;
      else if (isPlain(kind)) this.#addNumber(values[row] ?? missing(), kind === WHOLE, table, row);
      else other = true;
    }
    if (other) this.#addTexts(table, j);
  }

  #addNumber(value: number, digits: boolean, table: Table, row: number): void {
    this.plain++;
    if (digits || Number.isInteger(value)) this.whole++;
    if (value < this.least) this.least = value;
    if (value > this.most) this.most = value;
    if (value <= this.#last) this.rising = this.counting = false;
    else if (this.plain > 1 && value !== this.#last + 1) this.counting = false;
    this.#last = value;
    if (value === Infinity || value === -Infinity) this.infinite ??= table.lines[table.first + row];
    const { numbers } = this;
    if (!numbers) return;
    numbers.set(value, (numbers.get(value) ?? 0) + 1);
    if (numbers.size > MOST_NUMBERS) this.numbers = undefined;
  }

  #addTexts(table: Table, j: number): void {
    const { texts, firsts, codes } = readTexts(table, j, (kind) => kind < MISSING);
    const counts = new Uint32Array(texts.length);
    for (let row = 0; row < codes.length; row++) {
      const code = codes[row] ?? missing();
      if (code >= 0) counts[code] = (counts[code] ?? missing()) + 1;
    }
    for (const [k, text] of texts.entries()) {
      const count = counts[k] ?? missing();
      const seen = this.texts.get(text);
      if (seen) seen.count += count;
      else if (this.texts.size < MOST_TEXTS) {
        const line = table.lines[Math.floor((firsts[k] ?? missing()) / table.width)] ?? missing();
        this.texts.set(text, { count, line });
      } else this.unkept += count;
    }
  }

  /** Whether all its values are one. */
  get isConstant(): boolean {
    if (this.unkept > 0) return false;
    return this.plain === 0 ? this.texts.size === 1 : this.texts.size === 0 && this.least === this.most;
  }
}
