/** The code of `worker.ts` with all that it imports: the build writes it here (`scripts/build.js`). */
export const workerCode: string = "";
