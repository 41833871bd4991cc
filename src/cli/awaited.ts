import { SteepestError } from "../errors.js";

const noticeAfterMs = 10_000;

/**
 * Waits for something that a user's own code promised. Where it can never come, since nothing is left that could bring it, the process
 * would end without a word; this throws instead. A wait that is long is said on the error stream, unless `quiet`.
 */
export const awaited = async <Value>(
  what: string,
  promise: Value | Promise<Value>,
  { quiet = false }: { readonly quiet?: boolean } = {},
): Promise<Value> => {
  let giveUp: (() => void) | undefined;
  const never = new Promise<never>((_, reject) => {
    giveUp = () =>
      reject(
        new SteepestError(
          `waited for ${what}, which never came: a promise was left that nothing settles; see that every path resolves or rejects it`,
        ),
      );
    process.once("beforeExit", giveUp);
  });
  const notice = setTimeout(() => {
    if (!quiet) process.stderr.write(`still waiting for ${what}\n`);
  }, noticeAfterMs);
  // The notice alone must not keep the process from noticing that nothing else goes on.
  notice.unref();
  try {
    return await Promise.race([promise, never]);
  } finally {
    clearTimeout(notice);
    if (giveUp) process.off("beforeExit", giveUp);
  }
};
