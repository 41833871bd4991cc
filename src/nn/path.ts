import { SteepestError } from "../errors.js";

/** Errors about shapes say in which layer they arose; the innermost layer is named first. */
export const withPath = <T>(path: string, build: () => T): T => {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof SteepestError) || error.message.startsWith("in ")) throw error;
    throw new SteepestError(`in ${path}: ${error.message}`, { cause: error });
  }
};
