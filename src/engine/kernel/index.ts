export { bindColumns, type Columns, type ToFactors } from "./columns.js";
export {
  type BoundKernel,
  compileKernel,
  isKernelGraph,
  type Kernel,
  type KernelSource,
  type KernelStore,
} from "./kernel.js";
export { bindNorms, type Norms } from "./norms.js";
export {
  type BernoulliFill,
  bindRandomFill,
  drawAlignment,
  type RandomFill,
  type WordFill,
} from "./random.js";
export { bindRows, type Rows } from "./rows.js";
