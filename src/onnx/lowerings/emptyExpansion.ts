import type { Written } from "../../graph/definition.js";
import { onnxDType } from "../../graph/dtype.js";
import { expand } from "../../graph/ops/shaping.js";
import { node } from "../../graph/tensor.js";
import { lowering } from "../target.js";

const empty: Written<readonly []> = {
  name: "empty",
  onnx: (emit, _inputs, _attributes, { shape, dtype }) =>
    emit.node("Cast", [emit.node("ConstantOfShape", [emit.shape(shape)])], { to: onnxDType[dtype] }),
};

/** ONNX Runtime's Expand leaves an axis of size 1 as it is where it should become empty. */
export const emptyExpansion = lowering(expand, (y) => {
  const { shape, dtype } = y;
  return shape.includes(0) ? node({ definition: empty, inputs: [], attributes: {}, shape, dtype }) : y;
});
