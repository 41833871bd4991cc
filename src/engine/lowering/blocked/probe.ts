import { input } from "../../../graph/tensor.js";
import type { Target } from "../../../onnx/target.js";
import { writeModel } from "../../../onnx/write.js";
import type { Engine } from "../../engine.js";
import { domain, reorderInput } from "./operators.js";

const sizes = [1, 32, 1, 2];

/**
 * How many channels an engine's blocks hold, which depends on the processor: the distance between the first two elements of a plane,
 * once they are in blocks. Undefined where it has none.
 */
export const probeBlocks = async (engine: Engine, target: Target): Promise<number | undefined> => {
  const x = input("x", sizes);
  const graph = { inputs: [x], outputs: { y: reorderInput(x).tensor } };
  const values = Float32Array.from({ length: 64 }, (_, i) => i);
  try {
    const session = await engine.load(writeModel(graph, target), { threads: 1 });
    const { y } = await session.run({ x: { dtype: "float32", shape: sizes, data: values } });
    await session.release();
    const distance = (y?.data as Float32Array | undefined)?.indexOf(1) ?? 1;
    return distance > 1 ? distance : undefined;
  } catch {
    return undefined;
  }
};

/** A target that also has the operators for blocks. */
export const withBlocks = (target: Target): Target => ({
  ...target,
  opsets: { ...target.opsets, [domain]: 1 },
});
