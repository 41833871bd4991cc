export { csvLog } from "./csv-log.js";
export type { TrackerOptions } from "./failures.js";
export { jsonLines } from "./json-lines.js";
export { type MlflowOptions, mlflow } from "./mlflow.js";
export { type TensorBoardOptions, tensorBoard } from "./tensor-board.js";
