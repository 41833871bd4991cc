import { exitCodes } from "./output.js";

/**
 * A signal that Ctrl-C raises, so that work ends after the step under way; a second Ctrl-C ends the process. `stop` gives
 * Ctrl-C its usual meaning back.
 */
export const interruptible = (): { signal: AbortSignal; stop: () => void } => {
  const controller = new AbortController();
  const onInterrupt = () => {
    process.stderr.write("\nstopping after this step; press Ctrl-C again to stop at once\n");
    controller.abort();
    process.once("SIGINT", onSecond);
  };
  const onSecond = () => process.exit(exitCodes.interrupted);
  process.once("SIGINT", onInterrupt);
  const stop = () => {
    process.off("SIGINT", onInterrupt);
    process.off("SIGINT", onSecond);
  };
  return { signal: controller.signal, stop };
};
