import { SteepestError } from "../../errors.js";
import { missing } from "../../missing.js";
import { type Thread, threadsOf } from "../../thread.js";
import { type BlockWork, bindWork, signal, waitWhile } from "./blocks.js";
import { type KernelCall, type Runner, runAlone, type Work } from "./runner.js";

/** Elements of a block: 64 KiB of each array, some ten microseconds. A multiple of what kernels do at once. */
const BLOCK = 16384;

/** Work of fewer elements is done before another thread is awake. */
export const leastShared = 2 ** 18;

const PATIENCE = 60_000;

/** Cuts calls into blocks of one size, whatever the number of threads; one that folds its elements into numbers stays whole. */
const blocksOf = ({ kernels, calls }: Work): KernelCall[] =>
  calls.flatMap((call): KernelCall[] => {
    const { kernel, pointers, count } = call;
    if ((kernels[kernel] ?? missing()).reduces) return [call];
    return Array.from({ length: Math.ceil(count / BLOCK) }, (_, i) => ({
      kernel,
      pointers: pointers.map((pointer) => pointer + 4 * BLOCK * i),
      count: Math.min(BLOCK, count - BLOCK * i),
    }));
  });

const shared = (count: number): Float64Array => new Float64Array(new SharedArrayBuffer(8 * count));

/**
 * Threads that run kernels over a memory that they share. Whoever calls begins at once, and the others join when they are awake: each takes
 * the next block that nobody has taken. No element depends on who computes it. Threads start with the first work, sleep between one
 * and the next, and do not keep a program from ending. One that cannot start is done without.
 */
export class Team implements Runner {
  readonly #memory: WebAssembly.Memory;
  readonly #size: number;
  readonly #startThread: ((data: unknown) => Thread) | undefined;
  readonly #signals: Int32Array;
  readonly #works: BlockWork[] = [];
  readonly #alone: Runner;
  #workers: Thread[] | undefined;

  private constructor(
    memory: WebAssembly.Memory,
    size: number,
    startThread: ((data: unknown) => Thread) | undefined,
  ) {
    this.#memory = memory;
    this.#size = size;
    this.#startThread = startThread;
    this.#alone = runAlone(memory);
    this.#signals = new Int32Array(new SharedArrayBuffer(4 * (signal.done + size)));
  }

  /** A team of `size` threads, the one that calls included. */
  static async of(memory: WebAssembly.Memory, size: number): Promise<Team> {
    return new Team(memory, size, await threadsOf(import.meta.url, "worker"));
  }

  /** The blocks that each thread has done so far. */
  get done(): readonly number[] {
    return [...this.#signals.subarray(signal.done)];
  }

  prepare = (work: Work): ((scalars: readonly (readonly number[])[]) => void) => {
    if (work.calls.reduce((sum, { count }) => sum + count, 0) < leastShared) return this.#alone.prepare(work);
    const blockWork: BlockWork = {
      modules: work.kernels.map(({ moduleFor }) => moduleFor(this.#memory)),
      blocks: blocksOf(work),
      scalars: work.kernels.map(({ scalars }) => shared(scalars)),
    };
    const number = this.#works.push(blockWork);
    for (const worker of this.#workers ?? []) worker.postMessage(blockWork);
    const run = bindWork(blockWork, { memory: this.#memory, signals: this.#signals, thread: 0 });
    return (scalars) => {
      blockWork.scalars.forEach((values, i) => void values.set(scalars[i] ?? missing()));
      this.#workers ??= this.#start();
      this.#open(number);
      try {
        run();
      } finally {
        this.#close();
      }
    };
  };

  /** Lets threads take blocks. */
  #open(number: number) {
    const signals = this.#signals;
    Atomics.store(signals, signal.next, 0);
    Atomics.store(signals, signal.open, number);
    Atomics.add(signals, signal.round, 1);
    Atomics.notify(signals, signal.round);
  }

  /** Waits for the blocks that others have taken. */
  #close() {
    const signals = this.#signals;
    Atomics.store(signals, signal.open, 0);
    const end = performance.now() + PATIENCE;
    for (;;) {
      const active = Atomics.load(signals, signal.active);
      if (active === 0) break;
      if (performance.now() > end) throw lost();
      waitWhile(signals, signal.active, active, 1000);
    }
    if (Atomics.load(signals, signal.failed) !== 0) throw lost();
  }

  #start(): Thread[] {
    const start = this.#startThread;
    if (!start) return [];
    return Array.from({ length: this.#size - 1 }, (_, i) => {
      const worker = start({ memory: this.#memory, signals: this.#signals, thread: i + 1 });
      worker.unref();
      // What it has taken is missed by `close`; what it has not, others take.
      worker.on("error", () => {});
      for (const work of this.#works) worker.postMessage(work);
      return worker;
    });
  }

  release = async (): Promise<void> => {
    const workers = this.#workers ?? [];
    this.#workers = [];
    await Promise.all(workers.map((worker) => worker.terminate()));
  };
}

const lost = (): SteepestError =>
  new SteepestError(
    "a thread of the update was lost, and with it a part of this step; go on from the last checkpoint",
  );
