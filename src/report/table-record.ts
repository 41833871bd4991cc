import type { ScoredClasses, ScoredValues } from "../metrics/index.js";
import { plainMetrics } from "../metrics/usual.js";

/** A column of a table as it was understood. */
export interface ColumnRecord {
  readonly name: string;
  /** What its cells were taken for; absent where it was left out. */
  readonly kind?: string;
  /** What is known of its values, or why it was left out. */
  readonly said: string;
}

/** How much a model needs the columns of a table. */
export interface ImportanceRecord {
  /** What rises where a column's values are shuffled. */
  readonly measure: string;
  /** The most important first. */
  readonly columns: readonly {
    readonly name: string;
    readonly rise: number;
    readonly deviation: number;
  }[];
}

/** The mean answer where a column has one value in every row. */
export interface DependenceRecord {
  readonly name: string;
  readonly kind: string;
  readonly points: readonly {
    readonly at: number | string;
    /** The mean probability of each class, or the mean value alone. */
    readonly answers: readonly number[];
  }[];
}

/** A row that was answered wrongly. */
export interface MistakenRow {
  readonly line: number;
  readonly truth: string | number;
  readonly answered: string | number;
  /** The probability of the wrong class, or the distance from the true value. */
  readonly off: number;
  /** The texts of some of its cells, by column. */
  readonly cells: Readonly<Record<string, string>>;
}

/** How good a model's answers to one target of a table are. */
export interface TargetRecord {
  readonly name: string;
  /** Names of the classes; none where values are predicted. */
  readonly classes: readonly string[];
  readonly scored: ScoredClasses | ScoredValues;
  /** Where values are predicted, what was answered to each row and what is true. */
  readonly values?: { readonly truth: ArrayLike<number>; readonly predicted: ArrayLike<number> };
  /** Absent where the table has too many columns. */
  readonly importance?: ImportanceRecord | undefined;
  readonly dependence: readonly DependenceRecord[];
  /** The worst first. */
  readonly worst: readonly MistakenRow[];
}

/** What a model made of a table, as plain data. */
export interface TableRecord {
  readonly columns: readonly ColumnRecord[];
  /** What the rows are that were answered: "test rows". */
  readonly rows: string;
  readonly targets: readonly TargetRecord[];
}

/** Every metric of a table's targets, those of each under its name where there are several; none of what is undefined. */
export const metricsOf = ({ targets }: TableRecord): Record<string, number> =>
  Object.fromEntries(
    targets.flatMap(({ name, scored }) =>
      Object.entries(plainMetrics(scored.metrics)).flatMap(([metric, value]): [string, number][] =>
        value === null ? [] : [[targets.length > 1 ? `${name}.${metric}` : metric, value]],
      ),
    ),
  );
