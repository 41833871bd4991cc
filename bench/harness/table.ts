import type { PeerStep, SkippedPeer } from "./peers.js";

/** A column: its title with its unit, and a row's cell. Numbers are aligned right, text left, undefined is a dash. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string | number | undefined;
}

/** A number for reading: three significant digits below 1000, whole above. */
export const formatNumber = (x: number): string =>
  !Number.isFinite(x) || Math.abs(x) >= 1000 ? x.toFixed(0) : String(Number(x.toPrecision(3)));

/** Rows as aligned text, a line each, under the columns' titles. */
export function formatTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const aligned = columns.map(({ title, cell }) => {
    const cells = rows.map(cell);
    const numeric = cells.every((value) => typeof value !== "string");
    const texts = cells.map((value) =>
      value === undefined ? "-" : typeof value === "number" ? formatNumber(value) : value,
    );
    const width = Math.max(title.length, ...texts.map((text) => text.length));
    return [title, ...texts].map((text) => (numeric ? text.padStart(width) : text.padEnd(width)));
  });
  const line = (i: number) => aligned.map((column) => column[i] ?? "").join("  ");
  return Array.from({ length: rows.length + 1 }, (_, i) => line(i).trimEnd()).join("\n");
}

/** A library and its training step: the median of the times and the least, in milliseconds. */
export type StepRow = Pick<PeerStep, "name" | "version" | "variant" | "threads" | "stepMs" | "minMs">;

/** Our training step beside the peers', each with how many times ours its time is; skipped peers with their reasons. */
export function stepTable(ours: StepRow, peers: readonly (StepRow | SkippedPeer)[]): string {
  const ran = peers.flatMap((peer) => ("skipped" in peer ? [] : [peer]));
  const skipped = peers.flatMap((peer) =>
    "skipped" in peer ? [`${peer.name} skipped: ${peer.skipped}`] : [],
  );
  const rows = formatTable(
    [ours, ...ran],
    [
      { title: "library", cell: ({ name, version }) => `${name} ${version}` },
      { title: "variant", cell: ({ variant }) => variant },
      { title: "threads", cell: ({ threads }) => threads },
      { title: "step (ms)", cell: ({ stepMs }) => stepMs },
      { title: "least (ms)", cell: ({ minMs }) => minMs },
      { title: "times ours", cell: ({ stepMs }) => stepMs / ours.stepMs },
    ],
  );
  return [rows, ...skipped].join("\n");
}
