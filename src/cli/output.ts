import { SteepestError, UsageError } from "../errors.js";
import { printable } from "../shown.js";

/**
 * Exit codes: 0 done, 1 failed, 2 wrong use; where the work was ended by a signal, what was done so far is kept and the code is 128
 * and the signal's number, 130 for Ctrl-C and 143 for SIGTERM.
 */
export const exitCodes = { failed: 1, usage: 2, SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Lines without what a terminal would obey: names of columns and files may hold anything. */
const printableLines = (text: string): string => text.replace(/[^\n\t]+/g, printable);

/** Text for people. With `--json` it goes to the error stream, so that the output holds the JSON alone. */
export const say = (text: string, json = false): void => {
  (json ? process.stderr : process.stdout).write(`${printableLines(text)}\n`);
};

const output = process.stdout.write.bind(process.stdout);

/** Sends all that is written to the output from here on to the error stream, a recipe's `console.log` too, but for the JSON. */
export const outputForJson = (): void => {
  process.stdout.write = process.stderr.write.bind(process.stderr);
};

let leaving = false;

/** Whether the process ends as it was meant to, and not by a `process.exit` of a recipe. */
export const isLeaving = (): boolean => leaving;

/** Ends the process, whatever timers are left; what was written gets out first. */
export const leave = (code: number | string | undefined): void => {
  leaving = true;
  process.exitCode = code;
  // Not at once: an output that took nothing says so after its last write, and changes the code.
  output("", () => setImmediate(() => process.exit()));
};

/** Writes what a command is for to the output, whatever else goes to the error stream; waits until it is taken. */
export const writeOutput = (text: string): Promise<void> =>
  new Promise((done) => {
    output(text, () => done());
  });

/** The one line of JSON that `--json` promises, the last of the output. */
export const sayJson = (value: unknown): void => {
  output(`${JSON.stringify(value)}\n`);
};

/** Prints an error as one line and says which exit code it stands for. */
export const report = (error: unknown): number => {
  if (error instanceof SteepestError) {
    process.stderr.write(`steepest: ${printableLines(error.message)}\n`);
    return error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
  }
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(
    `steepest: unexpected error: ${message.split("\n")[0]} (set STEEPEST_DEBUG=1 to see where)\n`,
  );
  if (process.env.STEEPEST_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return exitCodes.failed;
};

/** 12345 as "12,345". */
export const count = (value: number): string => Math.round(value).toLocaleString("en-US");

export const percent = (value: number): string => `${value.toFixed(2)} %`;
