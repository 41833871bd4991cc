import { SteepestError, UsageError } from "../../errors.js";
import type { Wording } from "../../wording.js";

/** Where a table comes from and who reads it, for messages. */
export interface Source {
  /** Path of the file, or what else the text is called. */
  readonly name: string;
  readonly option: Wording;
}

/** Throws the problem, headed by the name of the source. */
export const fail = ({ name }: Source, problem: string): never => {
  throw new SteepestError(`${name}: ${problem}`);
};

/** `fail` where an option, not the table, is to blame. */
export const failUse = ({ name }: Source, problem: string): never => {
  throw new UsageError(`${name}: ${problem}`);
};
