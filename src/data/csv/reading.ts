import { missing } from "../../missing.js";
import type { Decimal } from "./amount.js";
import type { DateOrder } from "./date.js";
import type { ColumnNote } from "./notes.js";
import type { Source } from "./source.js";
import type { Table } from "./table.js";

/** How a column is read. */
export interface Reading {
  readonly source: Source;
  /** "detect": numbers or dates where at least half of the cells that are not missing are such, else classes. */
  readonly as: "detect" | "numbers" | "classes";
  readonly decimal: Decimal;
  readonly dates: DateOrder | "detect";
  /** Is told what was left out of or made of the cells. */
  readonly note: (note: ColumnNote) => void;
}

/** What a way of reading makes of a column. */
export interface Found {
  /** NaN where a cell is missing or was not read. */
  readonly values: Float64Array;
  /** Cells that are not missing. */
  readonly present: number;
  /** Cells that were read. */
  readonly read: number;
  /** The first cell that was not read. */
  readonly unread: number | undefined;
}

/** Whether at least half of the cells were read; a column without any is one of missing numbers. */
export const isMostly = ({ present, read }: Found): boolean => read * 2 >= present;

export const lineOf = ({ lines, width }: Table, cell: number): number =>
  lines[Math.floor(cell / width)] ?? missing();
