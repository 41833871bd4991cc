/**
 * Steepest: train neural networks in TypeScript at the speed of the machine.
 *
 * The functions of the symbolic language (`sum`, `exp`, `grad`, …) are in the namespace `graph`, or in "steepest/graph".
 */

export { type AugmentedDataset, type AugmentedOptions, augmented } from "./augment/augmented.js";
export * as augment from "./augment/index.js";
export * from "./checkpoint/index.js";
export * from "./data/index.js";
export { type CompileOptions, compile, defaultEngine, type Program, type Values } from "./engine/compile.js";
export type {
  BoundSession,
  Engine,
  HostTensor,
  HostTensors,
  Session,
  SessionOptions,
  Sharing,
} from "./engine/engine.js";
export type { Draw, TrainingGraph } from "./engine/training/graph.js";
export {
  type AttachedProgram,
  DivergenceError,
  type Exchange,
  type Snapshot,
  type TrainingOptions,
  type TrainingSession,
} from "./engine/training/session.js";
export { type WasmOptions, wasm } from "./engine/web/wasm.js";
export { SteepestError } from "./errors.js";
export * as graph from "./graph/index.js";
export { grad, hessianVectorProduct, input, Tensor, type TensorFor, vjp } from "./graph/index.js";
export * as linearModels from "./linear/index.js";
export * from "./metrics/index.js";
export * from "./nn/index.js";
export type { ModelWithData } from "./onnx/external.js";
export { loadModel } from "./onnx/load.js";
export { portable } from "./onnx/portable.js";
export { type ReadModel, readModel, type Substitutes } from "./onnx/read.js";
export type { RunFacts, Target } from "./onnx/target.js";
export { type Graph, writeModel } from "./onnx/write.js";
export {
  type Constraint,
  groupLasso,
  l1Ball,
  l2Ball,
  maxNorm,
  nonNegative,
  type UnitScaling,
  unitNorm,
  type ValueProjection,
} from "./optim/constraints.js";
export * from "./optim/index.js";
export { projectOntoL1Ball, projectOntoL2Ball } from "./optim/projections.js";
export { type Match, type OneOrMore, on, type Selected } from "./optim/select.js";
export { RandomStream, random } from "./random/random.js";
export type { Source } from "./source.js";
export * as tables from "./tables/index.js";
export * as theory from "./theory/index.js";
export * from "./train/index.js";
export { version } from "./version.js";
