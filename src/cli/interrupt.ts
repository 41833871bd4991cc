import { exitCodes } from "./output.js";

/** Signals that ask to end: Ctrl-C, what `kill` and a container's stop send, and the end of the terminal. */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface Interruptible {
  /** Raised by the first of those signals. */
  readonly signal: AbortSignal;
  /** Sets the exit code that tells which signal it was, where there was one. */
  readonly setExitCode: () => void;
  /** Gives the signals their usual meaning back. */
  readonly stop: () => void;
}

/** npm passes Ctrl-C on to its child, which the terminal has told already: what comes so soon is not asked a second time. */
const sameMs = 500;

/** Lets work end after the step under way when it is asked to end; asked again, the process ends at once. */
export const interruptible = (): Interruptible => {
  const controller = new AbortController();
  let first: (typeof signals)[number] | undefined;
  let at = 0;
  const onSignal = (name: NodeJS.Signals) => {
    const known = signals.find((each) => each === name);
    if (known === undefined) return;
    if (first !== undefined) {
      if (performance.now() - at > sameMs) process.exit(exitCodes[known]);
      return;
    }
    first = known;
    at = performance.now();
    const again = known === "SIGINT" ? "press Ctrl-C again" : `send ${known} again`;
    process.stderr.write(`\nstopping after this step; ${again} to stop at once\n`);
    controller.abort();
  };
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: controller.signal,
    setExitCode: () => {
      if (first !== undefined) process.exitCode = exitCodes[first];
    },
    stop: () => {
      for (const name of signals) process.off(name, onSignal);
    },
  };
};
