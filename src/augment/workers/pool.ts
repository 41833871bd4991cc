import { SteepestError } from "../../errors.js";
import { missing } from "../../missing.js";
import { threadsOf, type Thread as Worker } from "../../thread.js";
import { Workspace } from "../kernels/workspace.js";
import { type Job, runJob } from "./job.js";

/** What a thread says of a job: that it is done, that it cannot be done as it was given, or what went wrong. */
interface Answer {
  readonly number: number;
  readonly problem?: Error;
  readonly error?: unknown;
}

/** A thread and the jobs that it has not done yet. */
interface Thread {
  readonly worker: Worker;
  readonly open: Map<number, { readonly done: () => void; readonly failed: (error: unknown) => void }>;
}

/**
 * Threads that change pictures. They keep a program from ending only while they have something to do. Where there are no threads, pictures are changed
 * where it is asked for.
 */
export class Pool {
  readonly size: number;
  #threads: Promise<readonly Thread[]> | undefined;
  #workspace: Workspace | undefined;
  #next = 0;

  constructor(size: number) {
    this.size = size;
  }

  /** Gives a job to the thread that has the fewest, and settles when it is done. */
  async run(job: Job): Promise<void> {
    this.#threads ??= this.#start();
    const threads = await this.#threads;
    if (threads.length === 0) {
      this.#workspace ??= new Workspace();
      return runJob(this.#workspace, job);
    }
    const { worker, open } = threads.reduce((least, each) =>
      each.open.size < least.open.size ? each : least,
    );
    const number = this.#next++;
    await new Promise<void>((done, failed) => {
      open.set(number, { done, failed });
      worker.ref();
      worker.postMessage({ number, job });
    });
  }

  async #start(): Promise<Thread[]> {
    const start = await threadsOf(import.meta.url, "worker");
    return start ? Array.from({ length: this.size }, () => this.#thread(start())) : [];
  }

  #thread(worker: Worker): Thread {
    const open: Thread["open"] = new Map();
    worker.unref();
    worker.on("message", ({ number, problem, error }: Answer) => {
      const job = open.get(number) ?? missing();
      open.delete(number);
      if (open.size === 0) worker.unref();
      if (problem) job.failed(new SteepestError(problem.message, { cause: problem }));
      else if (error !== undefined) job.failed(error);
      else job.done();
    });
    const lost = (error: unknown) => {
      for (const { failed } of open.values()) failed(error);
      open.clear();
      this.#threads = undefined;
    };
    worker.on("error", lost);
    worker.on("exit", (code) =>
      lost(new SteepestError(`a thread that changes pictures ended with code ${code}`)),
    );
    return { worker, open };
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    const threads = await this.#threads;
    this.#threads = undefined;
    await Promise.all(threads?.map(({ worker }) => worker.terminate()) ?? []);
  }
}
