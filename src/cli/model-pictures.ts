import { mnistKind, type PictureKind } from "../data/picture-kind.js";
import { SteepestError } from "../errors.js";
import { dtypeOf } from "../graph/dtype.js";
import type { ModelFile } from "./model-file.js";

/** How a model takes pictures. */
export interface PictureInput {
  /** The model's input. */
  readonly name: string;
  /** Its shape for the fewest examples that it takes. */
  readonly shape: readonly number[];
  /** Whether it takes so many at a time and no other number. */
  readonly fixed: boolean;
  readonly dtype: "float32" | "float64";
  /** Whether the channels of a pixel lie side by side, not each channel by itself. */
  readonly interleaved: boolean;
  readonly kind: PictureKind;
  /** What had to be assumed, since the model does not say it. */
  readonly assumed: readonly string[];
}

interface Layout {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly interleaved: boolean;
}

const isChannels = (extent: number): boolean => extent === 1 || extent === 3;

/** The layout that a shape without the batch suggests: `[784]`, `[28, 28]`, `[3, 32, 32]`, `[32, 32, 3]`. */
const layoutOf = (extents: readonly number[]): Layout | undefined => {
  const [first = 0, second = 0, third = 0] = extents;
  if (extents.some((extent) => !(extent > 0))) return undefined;
  if (extents.length === 3 && isChannels(first))
    return { channels: first, height: second, width: third, interleaved: false };
  if (extents.length === 3 && isChannels(third))
    return { channels: third, height: first, width: second, interleaved: true };
  if (extents.length === 2 && first > 1 && second > 1)
    return { channels: 1, height: first, width: second, interleaved: false };
  const side = Math.sqrt(first);
  if (extents.length === 1 && Number.isInteger(side) && side > 1)
    return { channels: 1, height: side, width: side, interleaved: false };
  return undefined;
};

/** What pictures a model was trained on: as it says; assumed, where it does not. */
const kindOf = (layout: Layout, image: ModelFile["image"]): Pick<PictureInput, "kind" | "assumed"> => {
  const { width, height, channels } = image ?? layout;
  const size = { width, height, channels };
  if (image?.range) {
    const { range, ink } = image;
    return { kind: { ...size, range, ...(ink ? { ink } : {}) }, assumed: [] };
  }
  if (channels === 1 && width === 28 && height === 28) {
    return {
      kind: mnistKind(size),
      assumed: [
        "the model does not say what pictures it was trained on; taken as MNIST's: bright ink on black, centred, values 0 to 255",
      ],
    };
  }
  return {
    kind: { ...size, range: [0, 255] },
    assumed: [
      "the model does not say what pictures it was trained on; they are given whole, with values 0 to 255, neither inverted nor centred",
    ],
  };
};

/** How a model takes pictures. Throws where it does not. */
export const pictureInputOf = ({ path, proto, image }: ModelFile): PictureInput => {
  const stored = new Set(proto.graph.initializer?.map(({ name }) => name));
  const inputs = (proto.graph.input ?? []).filter(({ name }) => !stored.has(name));
  const [input] = inputs;
  if (input === undefined || inputs.length > 1) {
    const names = inputs.map(({ name }) => name).join(", ");
    throw new SteepestError(
      `${path}: the model has ${inputs.length} inputs${names && ` (${names})`}; predict gives a picture to a model with one`,
    );
  }
  const dims = input.type?.tensorType?.shape?.dim ?? [];
  const extents = dims.slice(1).map(({ dimValue }) => dimValue ?? 0);
  const written = `[${dims.map(({ dimValue, dimParam }) => dimParam || (dimValue ?? "?")).join(", ")}]`;
  const layout: Layout | undefined = image ? { ...image, interleaved: false } : layoutOf(extents);
  const numbers = extents.reduce((a, b) => a * b, 1);
  if (layout === undefined || layout.width * layout.height * layout.channels !== numbers) {
    throw new SteepestError(
      `${path}: the model does not take pictures: its input "${input.name}" is ${written}; give one that takes [batch, pixels] or [batch, channels, height, width]`,
    );
  }
  const dtype = dtypeOf(input.type?.tensorType?.elemType);
  if (dtype !== "float32" && dtype !== "float64") {
    throw new SteepestError(
      `${path}: the model's input "${input.name}" is not of float32 or float64 numbers`,
    );
  }
  return {
    name: input.name,
    shape: [dims[0]?.dimValue || 1, ...extents],
    fixed: Boolean(dims[0]?.dimValue),
    dtype,
    interleaved: layout.interleaved,
    ...kindOf(layout, image),
  };
};
