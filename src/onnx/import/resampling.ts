import { gridSample, type ResizeOptions, resize, type Tensor } from "../../graph/index.js";
import { spatialSizes } from "../../graph/ops/window.js";
import { missing } from "../../missing.js";
import { namedAxes, range } from "./axes.js";
import type { ImportedNode, Importers } from "./node.js";

/** The entry for an attribute's text. */
const named = <T>(
  node: ImportedNode,
  name: string,
  fallback: string,
  entries: Readonly<Record<string, T>>,
): T => {
  const text = node.text(name, fallback);
  return Object.hasOwn(entries, text)
    ? (entries[text] ?? missing())
    : node.fail(`the ${name} "${text}" is not supported, only ${Object.keys(entries).join(", ")}`);
};

const modes = { nearest: "nearest", linear: "linear", cubic: "cubic" } as const;

/** Numbers for some axes as numbers for the spatial ones; those of batch and channels must leave these as they are. */
const spatial = (
  node: ImportedNode,
  what: string,
  given: readonly number[],
  axes: readonly number[],
  x: Tensor,
  unchanged: (axis: number) => number,
): readonly number[] => {
  if (given.length !== axes.length) node.fail(`${what} are ${given.length} numbers for ${axes.length} axes`);
  const all = range(x.rank).map((axis) => given[axes.indexOf(axis)] ?? unchanged(axis));
  for (const axis of [0, 1]) {
    if (all[axis] !== unchanged(axis)) node.fail(`${what} change axis ${axis}, which is not supported`);
  }
  return all.slice(2);
};

const scales = (node: ImportedNode, index: number): readonly number[] | undefined => {
  const known = node.inputs[index] === undefined ? undefined : node.known(index);
  if (known === undefined) {
    if (node.inputs[index] !== undefined)
      node.fail("its scales are computed from its inputs, which is not supported");
    return undefined;
  }
  return known.values.length === 0 ? undefined : known.values.map(Number);
};

/** Upsample, and Resize in opset 10: places of the result lie at whole steps of x. */
const byWholeSteps = (node: ImportedNode): Tensor => {
  const x = node.tensor(0);
  spatialSizes(node.proto.opType, x.shape);
  const given = scales(node, 1) ?? node.fail("its scales are missing");
  const mode = named(node, "mode", "nearest", {
    nearest: "nearest",
    linear: "linear",
    bilinear: "linear",
  } as const);
  const scale = spatial(node, "its scales", given, range(x.rank), x, () => 1);
  return resize(x, { scale, mode, coordinates: "asymmetric", rounding: "floor" });
};

const coordinates = {
  half_pixel: "halfPixel",
  pytorch_half_pixel: "halfPixel",
  align_corners: "alignCorners",
  asymmetric: "asymmetric",
} as const;

const roundings = {
  round_prefer_floor: "halfDown",
  round_prefer_ceil: "halfUp",
  floor: "floor",
  ceil: "ceil",
} as const;

const resized = (node: ImportedNode): Tensor => {
  if (node.opset < 11) return byWholeSteps(node);
  const x = node.tensor(0);
  const own = spatialSizes("Resize", x.shape);
  const policy = node.text("keep_aspect_ratio_policy", "stretch");
  if (policy !== "stretch")
    node.fail(`the keep_aspect_ratio_policy "${policy}" is not supported, only stretch`);
  const axes = namedAxes(node, node.ints("axes") ?? range(x.rank), x.shape);
  const options: ResizeOptions = {
    mode: named(node, "mode", "nearest", modes),
    coordinates: named(node, "coordinate_transformation_mode", "half_pixel", coordinates),
    rounding: named(node, "nearest_mode", "round_prefer_floor", roundings),
    antialias: node.flag("antialias"),
    excludeOutside: node.flag("exclude_outside"),
    cubicSlope: node.float("cubic_coeff_a", -0.75),
  };
  const given = scales(node, 2);
  if (given) return resize(x, { ...options, scale: spatial(node, "its scales", given, axes, x, () => 1) });
  if (node.inputs[3] === undefined) node.fail("it has neither scales nor sizes");
  // What stands for batch and channels is only compared.
  const all = node.dims(3, "its sizes");
  if (all.length !== axes.length) node.fail(`its sizes are ${all.length} numbers for ${axes.length} axes`);
  const kept = all.filter((dim, i) => {
    const axis = axes[i] ?? missing();
    if (axis < 2 && dim !== x.shape[axis]) node.fail(`its sizes change axis ${axis}, which is not supported`);
    return axis >= 2;
  });
  const spatialOnes = axes.filter((axis) => axis >= 2);
  const size = own.map((length, axis) => {
    const place = spatialOnes.indexOf(axis + 2);
    return place < 0 ? length : Number(kept[place] ?? missing());
  });
  if (
    node.text("coordinate_transformation_mode", "half_pixel") === "pytorch_half_pixel" &&
    size.includes(1)
  ) {
    node.fail("pytorch_half_pixel for an axis of size 1 is not supported");
  }
  return resize(x, { ...options, size });
};

/** Operators that look elements up between places. */
export const resamplingImporters: Importers = {
  Resize: resized,
  Upsample: byWholeSteps,
  GridSample: (node) =>
    gridSample(node.tensor(0), node.tensor(1), {
      mode: named(node, "mode", node.opset < 20 ? "bilinear" : "linear", {
        ...modes,
        bilinear: "linear",
        bicubic: "cubic",
      } as const),
      border: named(node, "padding_mode", "zeros", {
        zeros: "zeros",
        border: "edge",
        reflection: "reflect",
      } as const),
      alignCorners: node.flag("align_corners"),
    }),
};
