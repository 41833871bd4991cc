export { type Batch, type BatchOptions, batchCount, batches } from "./batches.js";
export { type CsvData, type CsvOptions, type CsvTarget, parseCsv, readCsv } from "./csv.js";
export { type Dataset, type ImageLayout, inputSize, type TargetKind } from "./dataset.js";
export { type DigitsOptions, digits } from "./digits.js";
export { type IdxArray, type IdxData, type ReadIdxOptions, readIdx } from "./idx.js";
export { type DatasetArrays, dataset } from "./memory.js";
export { mnist } from "./mnist.js";
export { type Standardisation, type StandardiseOptions, standardise } from "./standardise.js";
export { type SplitOptions, split, subset, take } from "./subset.js";
export {
  blobs,
  circles,
  moons,
  type PolynomialOptions,
  polynomial,
  type SpiralOptions,
  spirals,
  type ToyClassOptions,
  type ToyOptions,
} from "./toys.js";
