export { htmlReport } from "./html.js";
export type { EpochRecord, Mistake, ParameterRecord, RunRecord, Score } from "./record.js";
