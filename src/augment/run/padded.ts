import type { Workspace } from "../kernels/workspace.js";
import type { CompleteSampling } from "../sampling.js";

/** Rows of pixels with a margin on all sides, in which what lies beyond the picture is written out, so that kernels need not ask. */
export interface Padded {
  /** Of the picture's first pixel. */
  readonly origin: number;
  readonly rowBytes: number;
  readonly pixelBytes: number;
  readonly width: number;
  readonly height: number;
  readonly margin: number;
}

/** The pixel of a row of `size` that lies at an index beyond it. */
export const beyondEdge = (index: number, size: number, border: "edge" | "reflect" | "wrap"): number => {
  if (border === "edge") return Math.min(Math.max(index, 0), size - 1);
  if (border === "wrap") return ((index % size) + size) % size;
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const t = ((index % period) + period) % period;
  return Math.min(t, period - t);
};

/** Bytes of a padded picture whose rows may be written up to `overrun` pixels behind their end. */
export const paddedBytes = (
  { width, height }: { width: number; height: number },
  pixelBytes: number,
  margin: number,
  overrun: number,
): number => (height + 2 * margin) * (width + 2 * margin + overrun) * pixelBytes;

/** A place for a padded picture at an address. */
export const padded = (
  address: number,
  { width, height }: { width: number; height: number },
  pixelBytes: number,
  margin: number,
  overrun: number,
): Padded => {
  const rowBytes = (width + 2 * margin + overrun) * pixelBytes;
  const origin = address + margin * (rowBytes + pixelBytes);
  return { origin, rowBytes, pixelBytes, width, height, margin };
};

/** Writes the margins: columns first, then whole rows; `constant` lies at an address. */
export const writeMargins = (
  { kernels }: Workspace,
  { origin, rowBytes, pixelBytes, width, height, margin }: Padded,
  border: CompleteSampling["border"],
  constant: number,
): void => {
  const column = (index: number, from: number) =>
    kernels.copyRows(
      border === "constant" ? constant : origin + from * pixelBytes,
      origin + index * pixelBytes,
      pixelBytes,
      height,
      border === "constant" ? 0 : rowBytes,
      rowBytes,
    );
  const left = origin - margin * pixelBytes;
  const full = width + 2 * margin;
  const row = (index: number, from: number) =>
    border === "constant"
      ? kernels.copyRows(constant, left + index * rowBytes, pixelBytes, full, 0, pixelBytes)
      : kernels.copyRows(left + from * rowBytes, left + index * rowBytes, full * pixelBytes, 1, 0, 0);
  const source = (index: number, size: number) =>
    border === "constant" ? 0 : beyondEdge(index, size, border);
  for (let i = 1; i <= margin; i++) {
    column(-i, source(-i, width));
    column(width - 1 + i, source(width - 1 + i, width));
  }
  for (let i = 1; i <= margin; i++) {
    row(-i, source(-i, height));
    row(height - 1 + i, source(height - 1 + i, height));
  }
};
