import type { Wording } from "../wording.js";

/** Options that have another name on the command line. */
const renamed: Readonly<Record<string, string>> = { delimiter: "separator" };

/** As on the command line: `--missing drop`. */
export const onCommandLine: Wording = (option, value) => {
  const name = (renamed[option] ?? option).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return value === undefined ? `--${name}` : `--${name} ${value}`;
};
