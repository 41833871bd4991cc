import * as graph from "../../src/graph/index.js";
import { constant } from "../../src/graph/index.js";
import { batchNorm, he, type Layer, layer, linear, relu, sequential, zeros } from "../../src/nn/index.js";

/** A convolutional network of the benchmark, whose layers know what they compute. */
export interface ConvolutionalNetwork {
  readonly name: "small" | "resnet20" | "resnet18" | "lenet5";
  readonly describe: string;
  readonly batch: number;
  /** Channels, height and width of a picture. */
  readonly picture: readonly [number, number, number];
  readonly net: () => Layer;
}

interface ConvSettings {
  readonly size: number;
  readonly stride?: number;
  readonly padding?: number;
  readonly bias?: boolean;
}

const conv2d = (units: number, { size, stride = 1, padding = 0, bias = true }: ConvSettings): Layer =>
  layer("conv", (x, scope) => {
    const shape = [units, x.size(1), size, size];
    const fan = { in: x.size(1) * size ** 2, out: units * size ** 2 };
    const weight = scope.param("weight", shape, he(), { fan });
    return graph.conv(x, weight, {
      stride,
      padding,
      ...(bias && { bias: scope.param("bias", [units], zeros()) }),
    });
  });

const maxPool = (size: number): Layer => layer("maxPool", (x) => graph.maxPool(x, { size }));
const globalAverage = (): Layer => layer("average", (x) => graph.mean(x, [2, 3]));
const flatten = (): Layer => layer("flatten", (x) => graph.flatten(x));

type Shortcut = (inside: number, outside: number) => Layer;

/** Two convolutions with batch normalisation and a shortcut (He et al. 2016). */
const block = (width: number, stride: number, shortcut: Layer | undefined): Layer => {
  const inner = sequential(
    conv2d(width, { size: 3, stride, padding: 1, bias: false }),
    batchNorm(),
    relu(),
    conv2d(width, { size: 3, padding: 1, bias: false }),
    batchNorm(),
  );
  return layer("block", (x, scope) =>
    graph.relu(scope.apply(inner, x).add(shortcut ? scope.apply(shortcut, x) : x)),
  );
};

/** Every second pixel, with channels of zeros on both sides. */
const zeroPadded: Shortcut = (inside, outside) =>
  layer("shortcut", (x) => {
    const first = (outside - inside) / 2;
    const identity = new Float32Array(outside * inside);
    for (let i = 0; i < inside; i++) identity[(first + i) * inside + i] = 1;
    return graph.conv(x, constant(identity, [outside, inside, 1, 1]), { stride: 2 });
  });

const projected: Shortcut = (_inside, outside) =>
  sequential(conv2d(outside, { size: 1, stride: 2, bias: false }), batchNorm());

const resnet = (widths: readonly number[], blocks: number, shortcut: Shortcut): Layer =>
  sequential(
    conv2d(widths[0] ?? 0, { size: 3, padding: 1, bias: false }),
    batchNorm(),
    relu(),
    ...widths.flatMap((width, stage) =>
      Array.from({ length: blocks }, (_, i) => {
        const narrows = stage > 0 && i === 0;
        return block(width, narrows ? 2 : 1, narrows ? shortcut(widths[stage - 1] ?? 0, width) : undefined);
      }),
    ),
    globalAverage(),
    linear(10),
  );

export const networks: readonly ConvolutionalNetwork[] = [
  {
    name: "small",
    describe: "conv3x3 32, 64, max-pool, 128, mean, linear",
    batch: 64,
    picture: [3, 32, 32],
    net: () =>
      sequential(
        ...[32, 64].flatMap((units) => [conv2d(units, { size: 3, padding: 1 }), relu()]),
        maxPool(2),
        conv2d(128, { size: 3, padding: 1 }),
        relu(),
        globalAverage(),
        linear(10),
      ),
  },
  {
    name: "resnet20",
    describe: "ResNet-20 of CIFAR",
    batch: 128,
    picture: [3, 32, 32],
    net: () => resnet([16, 32, 64], 3, zeroPadded),
  },
  {
    name: "resnet18",
    describe: "ResNet-18 of 64 channels",
    batch: 32,
    picture: [3, 32, 32],
    net: () => resnet([64, 128, 256, 512], 2, projected),
  },
  {
    name: "lenet5",
    describe: "LeNet-5 with relu and max-pooling",
    batch: 64,
    picture: [1, 28, 28],
    net: () =>
      sequential(
        ...[
          conv2d(6, { size: 5, padding: 2 }),
          relu(),
          maxPool(2),
          conv2d(16, { size: 5 }),
          relu(),
          maxPool(2),
        ],
        ...[flatten(), linear(120), relu(), linear(84), relu(), linear(10)],
      ),
  },
];
