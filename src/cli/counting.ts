import { count } from "./output.js";

const refreshMs = 100;

/** Shows on a terminal how many of so many are done, and takes it away with the last. */
export const counting = (stream: NodeJS.WriteStream = process.stderr) => {
  let shown = 0;
  return (done: number, all: number): void => {
    if (!stream.isTTY || (done < all && performance.now() - shown < refreshMs)) return;
    shown = performance.now();
    stream.write(`\r\u001b[K${done < all ? `${count(done)} of ${count(all)}` : ""}`);
  };
};
