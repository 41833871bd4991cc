/** How long work may keep other events waiting, in milliseconds. */
const patience = 12;

/** Calls a function once events that wait had their turn. */
export const immediately = (then: () => void): void => {
  if (typeof setImmediate === "function") {
    setImmediate(then);
    return;
  }
  // In a page: timers wait for 4 ms and more, messages do not.
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    then();
  };
  port2.postMessage(undefined);
};

/**
 * Lets events that wait have their turn, such as the one that asks to end, where work that never waits for anything has gone on for
 * a while: a function to be called between its parts. It gives undefined while there is no need to wait.
 */
export const turns = (): (() => Promise<void> | undefined) => {
  let last = performance.now();
  return () => {
    if (performance.now() - last < patience) return undefined;
    return new Promise<void>(immediately).then(() => {
      last = performance.now();
    });
  };
};
