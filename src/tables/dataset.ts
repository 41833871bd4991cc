import type { Column, Dataset } from "../data/dataset.js";
import { missing } from "../missing.js";
import { fieldsOf } from "./encode.js";
import type { TableEncoder } from "./encoder.js";
import { describedTarget, targetName } from "./targets.js";

/** A dataset over encoded rows. */
export const datasetOf = (
  name: string,
  encoder: TableEncoder,
  inputs: Readonly<Record<string, Column>>,
  targets: Readonly<Record<string, Column>>,
  size: number,
): Dataset => {
  const columns = [
    ...Object.entries(inputs).map(([part, values]) => ({
      part,
      values,
      of: "inputs" as const,
      width: values.length / size,
    })),
    ...Object.entries(targets).map(([part, values]) => ({
      part,
      values,
      of: "targets" as const,
      width: values.length / size,
    })),
  ];
  return {
    name,
    size,
    inputs: fieldsOf(encoder),
    targets: Object.fromEntries(
      encoder.targets.map((target) => [targetName(encoder.targets, target), describedTarget(target)]),
    ),
    read: (indices, into) => {
      for (const { part, values, of, width } of columns) {
        const column = into[of][part] ?? missing();
        for (let row = 0; row < indices.length; row++) {
          const start = (indices[row] ?? missing()) * width;
          if (width === 1) column[row] = values[start] ?? missing();
          else column.set(values.subarray(start, start + width), row * width);
        }
      }
    },
  };
};
