export { type Batch, type BatchOptions, batchCount, batches } from "./batches.js";
export { type CsvData, type CsvOptions, type CsvTarget, parseCsv, readCsv } from "./csv.js";
export {
  type Column,
  type Columns,
  type Dataset,
  type ExampleKind,
  type Field,
  type FieldKind,
  fieldSize,
  type ImageLayout,
  type Rows,
  soleInput,
  soleTarget,
  type Target,
  targetShape,
  targetSize,
} from "./dataset.js";
export { type DigitsOptions, digits } from "./digits.js";
export type { Example, ExampleValue } from "./example.js";
export { type IdxArray, type IdxData, type ReadIdxOptions, readIdx } from "./idx.js";
export { type Images, type ImagesOptions, type ImagesProgress, images } from "./images.js";
export { type KFoldOptions, kFold } from "./k-fold.js";
export { type DatasetArrays, dataset } from "./memory.js";
export { mnist } from "./mnist.js";
export type { SoleSpec } from "./named.js";
export type { Numbers } from "./numbers.js";
export type { DatasetReader } from "./reader.js";
export { newRows, readRows, soleColumn, soleFloats } from "./rows.js";
export type { FieldSpec, TargetSpec } from "./spec.js";
export { type Standardisation, type StandardiseOptions, standardise } from "./standardise.js";
export { type StreamOptions, stream } from "./stream.js";
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
