export type { StoredDType, StoredTensor } from "./tensor.js";
export { type LoadWeightsOptions, loadWeights, saveWeights, type Weights } from "./weights.js";
