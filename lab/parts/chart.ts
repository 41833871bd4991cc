/** A curve: its values, at the positions x or at 0, 1, 2, … */
export interface Series {
  readonly name: string;
  readonly x?: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly colour: string;
  readonly dash?: "solid" | "dashed" | "dotted" | "long";
  readonly width?: number;
}

export interface AxisOptions {
  readonly label: string;
  readonly type?: "linear" | "log";
  readonly domain?: readonly [number, number];
}

/** A line across the chart, at x or at y. */
export interface Rule {
  readonly x?: number;
  readonly y?: number;
  readonly label: string;
}

/** A path through a plane; without a name it is not listed below. */
export interface Trace {
  readonly name: string;
  readonly points: readonly ArrayLike<number>[];
  readonly colour: string;
  readonly dash?: Series["dash"];
}

/** Lines of equal height over a grid, in units of its cells: see `contourLines`. */
export interface Contours {
  readonly columns: number;
  readonly rows: number;
  readonly levels: readonly { readonly value: number; readonly path: string }[];
}

/** One of several histograms side by side. */
export interface Histogram {
  readonly title: string;
  readonly counts: readonly number[];
  /** What stands below it. */
  readonly note: string;
}
