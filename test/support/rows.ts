import { type Dataset, newRows, soleFloats } from "../../src/data/index.js";
import { missing } from "../../src/missing.js";

/** The only input and the only target of examples that can be read synchronously, all of them or those named, one after another. */
export const rowsOf = (data: Dataset, indices: readonly number[] = [...Array(data.size).keys()]) => {
  const rows = newRows(data, indices.length);
  if (data.read(indices, rows) !== undefined) throw new Error("the data are read asynchronously");
  return { inputs: soleFloats(rows.inputs), targets: soleFloats(rows.targets) };
};

/** The same data, of which the numbers of the only input are changed in place whenever they are read. */
export const withInputs = (
  data: Dataset,
  change: (inputs: Float32Array, indices: number[]) => void,
): Dataset => ({
  ...data,
  read: async (indices, into) => {
    await data.read(indices, into);
    const [inputs = missing()] = Object.values(into.inputs);
    if (!(inputs instanceof Float32Array)) throw new Error("the input is not of floats");
    change(inputs, Array.from(indices));
  },
});

/** The number of classes of data whose only target is one. */
export const classesOf = ({ targets }: Dataset): number => {
  const [target] = Object.values(targets);
  return target?.kind === "class" ? target.classes : missing();
};
