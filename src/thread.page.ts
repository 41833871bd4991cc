import type { Thread } from "./thread.js";

export type { Thread } from "./thread.js";

/** A page shares no memory with threads of its own unless it is isolated, and no bundler finds their files: work stays where it is asked for. */
export const threadsOf = async (
  _place: string,
  _name: string,
): Promise<((data?: unknown) => Thread) | undefined> => undefined;
