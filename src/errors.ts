/**
 * Something the caller gave cannot work. The message is one line that says what was given, where, what was
 * expected and what to do; the command line prints it without a stack trace.
 */
export class SteepestError extends Error {
  override readonly name = "SteepestError";
}

/** An option that cannot be what it was given as: wrong use, not something that failed. The command line has an exit code of its own for it. */
export class UsageError extends SteepestError {}
