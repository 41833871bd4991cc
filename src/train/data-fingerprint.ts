import type { Fingerprint } from "../checkpoint/fingerprint.js";
import { type Dataset, fieldSize, targetSize } from "../data/dataset.js";
import { firstRows, newRows } from "../data/rows.js";
import { formatShape } from "../graph/shape.js";
import { sha256 } from "../hash.js";

/** Numbers that are looked at of each part of the data: all of it where there are fewer, else of examples spread evenly over it. */
const most = 2 ** 24;

/** Examples read at a time. */
const rowsAtOnce = 256;

/** The examples that a part is told by, in order; of a stream the first. */
const lookedAt = (data: Dataset): Uint32Array => {
  const numbers =
    Object.values(data.inputs).reduce((sum, field) => sum + fieldSize(field), 0) +
    Object.values(data.targets).reduce((sum, target) => sum + targetSize(target), 0);
  const count = Math.min(data.size, Math.max(1, Math.floor(most / Math.max(1, numbers))));
  return Uint32Array.from({ length: count }, (_, i) =>
    count === data.size || data.streamed ? i : Math.round((i * (data.size - 1)) / Math.max(1, count - 1)),
  );
};

const contentOf = async (data: Dataset): Promise<string> => {
  const hash = sha256();
  const indices = lookedAt(data);
  const memory = newRows(data, rowsAtOnce);
  for (let start = 0; start < indices.length; start += rowsAtOnce) {
    const chosen = indices.subarray(start, start + rowsAtOnce);
    const rows = firstRows(memory, chosen.length, rowsAtOnce);
    await data.read(chosen, rows);
    const columns = [...Object.values(rows.inputs), ...Object.values(rows.targets)];
    for (const column of rows.weights ? [...columns, rows.weights] : columns) hash.update(column);
  }
  return hash.hex().slice(0, 16);
};

/** What data are: inputs and targets by name, the number of examples, and a digest of what they hold. */
export const dataFingerprint = async (data: Dataset): Promise<Fingerprint> => ({
  examples: data.size,
  ...Object.fromEntries(
    Object.entries(data.inputs).map(([name, { kind, shape }]) => [
      `input ${name}`,
      `${kind} ${formatShape(shape)}`,
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(data.targets).map(([name, target]) => [
      `target ${name}`,
      target.kind === "class" ? `${target.classes} classes` : `${target.kind} ${targetSize(target)}`,
    ]),
  ),
  content: await contentOf(data),
});
