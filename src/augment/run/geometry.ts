import { missing } from "../../missing.js";
import { scaling, translation } from "../matrix.js";
import type { Operation } from "../operation.js";
import type { Size } from "../picture.js";
import { joined, moved, type PointMap } from "../point-map.js";
import type { CompleteSampling } from "../sampling.js";
import type { Canvas } from "./canvas.js";
import { moveCoordinates } from "./coordinates.js";
import { padded, paddedBytes, writeMargins } from "./padded.js";
import { runShift, shiftOf } from "./shift.js";
import { shrink } from "./shrink.js";

type Move = Extract<Operation, { kind: "move" }>;

/** Pixels whose coordinates are kept at a time: they stay in the nearest cache. */
const TILE = 4096;

/** Pixels around a picture that an interpolation may look at. */
const MARGIN = 4;

/** How many times smaller a chain of maps makes things, at the centre of its result, along the axis where it is least. */
const reductionOf = (maps: readonly PointMap[], { width, height }: Size): number => {
  const [x, y] = [width / 2, height / 2];
  const origin = moved(maps, x, y);
  const step = (dx: number, dy: number) => {
    const [u, v] = moved(maps, x + dx, y + dy);
    return Math.hypot(u - origin[0], v - origin[1]);
  };
  return Math.min(step(1, 0), step(0, 1));
};

/** The part of a source that is looked at, if it lies within it as a whole. */
const regionOf = (maps: readonly PointMap[], size: Size, source: Size) => {
  if (maps.some((map) => map.kind !== "projective")) return undefined;
  const corners = [
    [0, 0],
    [size.width, 0],
    [0, size.height],
    [size.width, size.height],
  ].map(([x = 0, y = 0]) => moved(maps, x, y));
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  const left = Math.floor(Math.min(...xs)) - MARGIN;
  const top = Math.floor(Math.min(...ys)) - MARGIN;
  const right = Math.ceil(Math.max(...xs)) + MARGIN;
  const bottom = Math.ceil(Math.max(...ys)) + MARGIN;
  const within = left >= 0 && top >= 0 && right <= source.width && bottom <= source.height;
  return within ? { left, top, width: right - left, height: bottom - top } : undefined;
};

/** The moves of a chain as one list of maps, the last move's first, and the size of the result. */
export const geometryOf = (moves: readonly Move[]): { maps: readonly PointMap[]; size: Size } | undefined => {
  const last = moves.at(-1);
  if (!last) return undefined;
  return { maps: joined(moves.map(({ map }) => map).reverse()), size: last.size };
};

/** Bytes of memory that the resampling of a picture may take. */
export const geometryBytes = (
  { width, height }: Size,
  size: Size,
  channels: number,
  bytes: number,
): number => {
  const planes = width * height * bytes * channels;
  const pixels = paddedBytes({ width: width + 1, height: height + 1 }, 4 * bytes, MARGIN, 16);
  const result = (size.width * size.height + 64) * bytes * channels;
  return (
    planes +
    pixels +
    result +
    8 * (TILE + size.width + 64) +
    bytes * (channels + 8) * (size.width + 64) +
    16384
  );
};

/** Makes the picture anew, each pixel looked up once where all moves together say. */
export const runGeometry = (
  canvas: Canvas,
  { maps, size }: { readonly maps: readonly PointMap[]; readonly size: Size },
  { interpolation, border, fill }: CompleteSampling,
): void => {
  const { workspace, bytes, kernels, channels } = canvas;
  const colourOf = (c: number) => fill[fill.length === 1 ? 0 : c] ?? canvas.black;
  const view = bytes === 1 ? workspace.uint8 : workspace.float32;
  const shift = shiftOf(maps);
  if (shift) {
    const constants = Array.from({ length: border === "constant" ? channels : 0 }, (_, c) => {
      const address = workspace.take(size.width * bytes);
      view.fill(colourOf(c), address / bytes, address / bytes + size.width);
      return address;
    });
    runShift(canvas, shift, size, border, constants);
    return;
  }

  const toPixels: PointMap[] = [...maps];
  const reduction = Math.floor(reductionOf(maps, size) + 1e-6);
  if (reduction >= 2 && interpolation !== "nearest") {
    shrink(canvas, reduction);
    toPixels.push({ kind: "projective", matrix: scaling(1 / reduction, 1 / reduction) });
  }
  const region = regionOf(toPixels, size, canvas);
  const part = region ?? { left: 0, top: 0, width: canvas.width, height: canvas.height };
  if (region) toPixels.push({ kind: "projective", matrix: translation(-region.left, -region.top) });
  const steps = joined(toPixels);

  const pixelBytes = 4 * bytes;
  const perVector = 16 / bytes;
  const overrun = perVector;
  const source = padded(
    workspace.take(paddedBytes(part, pixelBytes, MARGIN, overrun)),
    part,
    pixelBytes,
    MARGIN,
    overrun,
  );
  const target = canvas.planesOf(size);
  const scratch = workspace.take((TILE + size.width + 8) * bytes);
  const constant = workspace.take(pixelBytes);
  const tileRows = Math.max(1, Math.floor(TILE / size.width));
  const xs = workspace.take(4 * (tileRows * size.width + 8));
  const ys = workspace.take(4 * (tileRows * size.width + 8));
  const numbers = workspace.take(4096);
  const interleave = bytes === 1 ? kernels.interleave8 : kernels.interleave32;
  const look = kernels[`${interpolation}${bytes === 1 ? "8" : "32"}`];
  const move = moveCoordinates(canvas, steps, numbers, { xs, ys }, size.width);

  for (let first = 0; first < channels; first += 4) {
    const group = [0, 1, 2, 3].map((k) => Math.min(first + k, channels - 1));
    const [p0 = 0, p1 = 0, p2 = 0, p3 = 0] = group.map(
      (c) => canvas.plane(c) + (part.top * canvas.width + part.left) * bytes,
    );
    const vectors = Math.ceil(part.width / perVector);
    interleave(p0, p1, p2, p3, canvas.width * bytes, source.origin, source.rowBytes, vectors, part.height);
    group.forEach((c, k) => {
      view[constant / bytes + k] = colourOf(c);
    });
    writeMargins(workspace, source, border, constant);
    for (let row = 0; row < size.height; row += tileRows) {
      const rows = Math.min(tileRows, size.height - row);
      const count = rows * size.width;
      if (first === 0 || size.height > tileRows) {
        move(row, rows);
        fold(canvas, xs, count, part.width, border);
        fold(canvas, ys, count, part.height, border);
      }
      const [t0 = missing(), t1 = missing(), t2 = missing(), t3 = missing()] = group.map((c, k) =>
        first + k < channels ? canvas.plane(c, target) + row * size.width * bytes : scratch,
      );
      look(xs, ys, count, source.origin, source.rowBytes, t0, t1, t2, t3);
    }
  }
  canvas.becomes(target, size);
};

/** Takes coordinates to indices that are there, or in the margin. */
const fold = (
  { kernels }: Canvas,
  address: number,
  count: number,
  size: number,
  border: CompleteSampling["border"],
): void => {
  const points = count + 3;
  if (border === "constant") kernels.fadeTo(address, points, 0, size - 1);
  else if (border === "edge" || size === 1) kernels.clampTo(address, points, -2, size + 1);
  else if (border === "wrap") kernels.wrapTo(address, points, size, 1 / size);
  else kernels.reflectTo(address, points, 2 * (size - 1), 1 / (2 * (size - 1)));
};
