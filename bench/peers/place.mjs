/** Where a peer runs in Node: its job is an argument, its answer a line on stdout. `place.page.mjs` is that of a page. */
import { readFileSync } from "node:fs";

export const job = JSON.parse(process.argv[2] ?? "{}");

/** The installed version of a peer's package. */
export const versionOf = (packageName) =>
  JSON.parse(readFileSync(new URL(`./node_modules/${packageName}/package.json`, import.meta.url), "utf8"))
    .version;

/** Milliseconds of processor time so far, or undefined where nobody tells. */
export const processorTime = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
};

/** Prints the one line of the answer, with times rounded to a tenth of a microsecond, and ends. */
export function answer(row) {
  const rounded = (_, value) => (typeof value === "number" ? Number(value.toPrecision(6)) : value);
  process.stdout.write(`${JSON.stringify(row, rounded)}\n`, () => process.exit(0));
}
