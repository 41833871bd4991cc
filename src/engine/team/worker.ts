import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { type BlockWork, bindWork, signal, type ThreadStart, waitWhile } from "./blocks.js";

/*
 * A thread of a team. It never returns to its event loop: it sleeps until there is work, and reads messages, each a new kind of work, when
 * there is one that it does not know.
 */

const start: ThreadStart = workerData;
const { signals } = start;
const known: (() => void)[] = [];

const workOf = (number: number): (() => void) | undefined => {
  while (known.length < number && parentPort) {
    const received: { readonly message: BlockWork } | undefined = receiveMessageOnPort(parentPort);
    if (!received) return undefined;
    known.push(bindWork(received.message, start));
  }
  return known[number - 1];
};

for (let seen = 0; ; ) {
  seen = waitWhile(signals, signal.round, seen);
  // Who has entered is waited for, so that work which was open then stays so.
  Atomics.add(signals, signal.active, 1);
  try {
    const number = Atomics.load(signals, signal.open);
    if (number > 0) workOf(number)?.();
  } catch (error) {
    Atomics.store(signals, signal.failed, 1);
    throw error;
  } finally {
    Atomics.sub(signals, signal.active, 1);
    Atomics.notify(signals, signal.active);
  }
}
