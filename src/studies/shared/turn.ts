import { immediately } from "../../turn.js";

/** Lets what waits have its turn, such as the event that asks to end; throws the signal's reason once it was raised. */
export const turn = async (signal: AbortSignal | undefined): Promise<void> => {
  await new Promise<void>(immediately);
  signal?.throwIfAborted();
};
