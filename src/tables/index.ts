export {
  planTable,
  type TableDefaults,
  type TablePlan,
  type TablePlanOptions,
  tableDefaults,
} from "./defaults.js";
export { type Dependence, type DependencePoint, partialDependence } from "./dependence.js";
export { type EncodedRows, encodeRows } from "./encode.js";
export { type EncodedColumn, type EncodedTarget, parseEncoder, type TableEncoder } from "./encoder.js";
export { columnsText } from "./encoder-text.js";
export {
  type Mistake,
  type ScoredTarget,
  type ScoreTableOptions,
  scoreTable,
  worstMistakes,
} from "./evaluate.js";
export { type ColumnImportance, type Importance, permutationImportance } from "./importance.js";
export { type LabelledTable, readLabelled } from "./labelled.js";
export { loadTable, type TableOptions, type TableTask } from "./load.js";
export { linearNetwork, type TableNetworkOptions, tableNetwork } from "./network.js";
export { answerRows, Differences, loadTableModel, predictTable, type TableModel } from "./predict.js";
export { openTable, type ReadOptions, type TableFile } from "./read/open.js";
export { type FileRow, rowsAt } from "./read/rows.js";
export { predictionColumns, predictionRows, predictionText } from "./write.js";
