import { SteepestError } from "../../errors.js";
import type { Callback } from "../callbacks.js";

/** What every tracker can be told. */
export interface TrackerOptions {
  /**
   * Told once, in one line, where something could not be written or sent: training goes on without it.
   *
   * @defaultValue `console.warn`
   */
  readonly onProblem?: (message: string) => void;
}

const lineOf = (error: unknown): string => {
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof SteepestError ? message : (message.split("\n")[0] ?? message);
};

/** A teller of problems that tells the first alone. */
export const tellOnce = (
  tracker: string,
  { onProblem = (message) => console.warn(message) }: TrackerOptions,
): ((error: unknown) => void) => {
  let told = false;
  return (error) => {
    if (told) return;
    told = true;
    onProblem(`${tracker}: ${lineOf(error)}; training goes on`);
  };
};

type Hooks = Omit<Callback, "state" | "restore">;

/** A tracker's functions, none of which ends a training: after the first that fails, which is told, the others are left out. */
export const harmless = (hooks: Hooks, tell: (error: unknown) => void): Hooks => {
  let failed = false;
  const guarded = Object.entries(hooks).map(([name, hook]) => [
    name,
    async (...given: unknown[]) => {
      if (failed) return;
      try {
        await (hook as (...given: unknown[]) => unknown)(...given);
      } catch (error) {
        failed = true;
        tell(error);
      }
    },
  ]);
  return Object.fromEntries(guarded) as Hooks;
};
