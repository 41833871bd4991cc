export { binaryCrossEntropy } from "./binaryCrossEntropy.js";
export { type CrossEntropyOptions, crossEntropy } from "./crossEntropy.js";
export { klDivergence } from "./distributions.js";
export { type HingeOptions, hinge, type MulticlassHingeOptions, multiclassHinge } from "./hinge.js";
export type { ClassWeights, Loss, TargetKind, Tensors, TotalLoss } from "./loss.js";
export { contrastive, cosineSimilarity, triplet } from "./similarity.js";
export { huber, meanAbsoluteError, meanSquaredError } from "./values.js";
