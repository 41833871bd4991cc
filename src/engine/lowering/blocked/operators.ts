import type { Written } from "../../../graph/definition.js";
import type { Window } from "../../../graph/ops/window.js";
import { node, type Tensor } from "../../../graph/tensor.js";
import { missing } from "../../../missing.js";
import { type Blocked, blocked, shapeOf } from "./layout.js";

// The operators of ONNX Runtime's own domain, into which its optimiser rewrites networks whose weights are constants.

export const domain = "com.microsoft.nchwc";

const to: Written<readonly [Tensor]> = {
  name: "reorderInput",
  onnx: (emit, [x]) => emit.node({ domain, type: "ReorderInput" }, [x]),
};

/** `[batch, channels, height, width]` in blocks. */
export const reorderInput = (x: Tensor): Blocked =>
  blocked(node({ definition: to, inputs: [x], attributes: {}, shape: x.shape, dtype: x.dtype }));

const from: Written<readonly [Tensor]> = {
  name: "reorderOutput",
  onnx: (emit, [x], _attributes, { shape }) =>
    emit.node({ domain, type: "ReorderOutput" }, [x], { channels: Number(shape[1]) }),
};

/** The same elements as ONNX has them; of the channels the first, where not all are wanted. */
export const reorderOutput = ({ tensor }: Blocked, channels = tensor.shape[1] ?? missing()): Tensor => {
  const [batch = missing(), , ...plane] = tensor.shape;
  const shape = [batch, channels, ...plane];
  return node({ definition: from, inputs: [tensor], attributes: {}, shape, dtype: tensor.dtype });
};

export type Convolving = Window & {
  readonly groups: number;
  /** Which of the inputs behind x and w there are. */
  readonly has: "" | "bias" | "sum" | "bias and sum";
  readonly activation: "" | "Relu";
};

const convolving: Written<readonly Tensor[], Convolving> = {
  name: "blockedConv",
  onnx: (emit, [x, w, ...more], { kernel, strides, dilations, pads, groups, has, activation }) =>
    emit.node({ domain, type: "Conv" }, [x, w, ...(has === "sum" ? [undefined] : []), ...more], {
      kernel_shape: kernel,
      strides,
      dilations,
      pads,
      group: groups,
      ...(activation && { activation }),
    }),
};

/** What a blocked convolution is made of. Its weights are packed. */
export interface ConvolutionParts {
  /** Blocked, or plain where it has fewer channels than a block. */
  readonly x: Tensor;
  readonly w: Tensor;
  readonly bias?: Tensor | undefined;
  /** Added to the result. */
  readonly sum?: Blocked | undefined;
  readonly window: Window & { readonly groups: number };
  readonly activation?: "" | "Relu";
}

export const blockedConv = (
  { x, w, bias, sum, window, activation = "" }: ConvolutionParts,
  shape: Tensor["shape"],
): Blocked => {
  const has = bias ? (sum ? "bias and sum" : "bias") : sum ? "sum" : "";
  const { kernel, strides, dilations, pads, groups } = window;
  return blocked(
    node({
      definition: convolving,
      inputs: [x, w, ...(bias ? [bias] : []), ...(sum ? [sum.tensor] : [])],
      attributes: { kernel, strides, dilations, pads, groups, has, activation },
      shape,
      dtype: x.dtype,
    }),
  );
};

/** What a blocked convolution was made of, undefined for anything else. */
export const partsOf = ({ tensor }: Blocked): ConvolutionParts | undefined => {
  const { definition, inputs, attributes } = tensor.operation;
  if ((definition as unknown) !== convolving) return undefined;
  const { has, activation, ...window } = attributes as Convolving;
  const [x = missing(), w = missing(), ...more] = inputs;
  const bias = has.startsWith("bias") ? more[0] : undefined;
  const sum = has.endsWith("sum") ? blocked(more.at(-1) ?? missing()) : undefined;
  return { x, w, bias, sum, window, activation };
};

const pooling = (type: string): Written<readonly [Tensor], Window> => ({
  name: `blocked${type}`,
  onnx: (emit, [x], { kernel, strides, dilations, pads }) =>
    emit.node({ domain, type }, [x], { kernel_shape: kernel, strides, dilations, pads }),
});

const largest = pooling("MaxPool");
const average = pooling("AveragePool");

const pooled =
  (definition: Written<readonly [Tensor], Window>) =>
  ({ tensor }: Blocked, { kernel, strides, dilations, pads }: Window, shape: Tensor["shape"]): Blocked =>
    blocked(
      node({
        definition,
        inputs: [tensor],
        attributes: { kernel, strides, dilations, pads },
        shape,
        dtype: tensor.dtype,
      }),
    );

export const blockedMaxPool = pooled(largest);

/** The means of windows of `[height, width]` that lie side by side. */
export const windowMeans = (x: Blocked, kernel: readonly [number, number]): Blocked => {
  const [batch = missing(), channels = missing(), height, width] = shapeOf(x);
  const window = { kernel, strides: kernel, dilations: [1, 1], pads: [0, 0, 0, 0] };
  return pooled(average)(x, window, [batch, channels, Number(height) / kernel[0], Number(width) / kernel[1]]);
};
