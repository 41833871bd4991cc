import type { Dataset } from "../dataset.js";
import { type PictureStore, pictureBytes } from "./store.js";

/** Pictures as examples: inputs `[channels, height, width]` of 0 to 255, and the number of the class. */
export const pictureDataset = (name: string, store: PictureStore, classes: readonly string[]): Dataset => {
  const { width, height, channels, labels } = store;
  // Reads under way at the same time each need memory of their own, which is used again.
  const free: Uint8Array[] = [];
  const bytes = pictureBytes(store);
  return {
    name,
    size: labels.length,
    inputs: {
      input: { kind: "float", shape: [channels, height, width], image: { width, height, channels } },
    },
    targets: { target: { kind: "class", classes: classes.length, names: classes, shape: [] } },
    read: (indices, { inputs, targets }) => {
      const spare = free.pop();
      const pixels =
        spare && spare.length >= indices.length * bytes ? spare : new Uint8Array(indices.length * bytes);
      const finish = () => {
        inputs.input?.set(pixels.subarray(0, indices.length * bytes));
        targets.target?.set(Array.from(indices, (index) => labels[index] ?? Number.NaN));
        free.push(pixels);
      };
      const done = store.read(indices, pixels);
      if (!done) return finish();
      return done.then(finish);
    },
  };
};
