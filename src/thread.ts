import type { Worker } from "node:worker_threads";

export type Thread = Worker;

/**
 * How to start threads that run the file `name` beside the module at `place`: the built file; where the library runs from its sources, as
 * in its tests, one that reads TypeScript first. Undefined where there are none, as in a page.
 */
export const threadsOf = async (
  place: string,
  name: string,
): Promise<((data?: unknown) => Thread) | undefined> => {
  const { Worker } = await import("node:worker_threads");
  // Flags of the program, such as --input-type, are not for threads.
  const options = { execArgv: [] };
  if (!place.endsWith(".ts")) {
    const file = new URL(`./${name}.js`, place);
    return (workerData) => new Worker(file, { ...options, workerData });
  }
  const source = JSON.stringify(new URL(`./${name}.ts`, place).href);
  const code = `import("tsx/esm/api").then((tsx) => (tsx.register(), import(${source})))`;
  return (workerData) => new Worker(code, { ...options, workerData, eval: true });
};
