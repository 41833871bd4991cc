import { parentPort } from "node:worker_threads";
import { SteepestError } from "../../errors.js";
import { Workspace } from "../kernels/workspace.js";
import { type Job, runJob } from "./job.js";

/*
 * A thread that changes pictures: it gets jobs, whose pictures lie in shared memory, and answers with their numbers when they are done.
 */

const workspace = new Workspace();

parentPort?.on("message", ({ number, job }: { readonly number: number; readonly job: Job }) => {
  try {
    runJob(workspace, job);
    parentPort?.postMessage({ number });
  } catch (error) {
    // The class of an error does not cross threads.
    parentPort?.postMessage({ number, [error instanceof SteepestError ? "problem" : "error"]: error });
  }
});
