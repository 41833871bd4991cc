import { pad, slice, type Tensor } from "../../graph/index.js";
import { type PadMode, sliceRange } from "../../graph/ops/cutting.js";
import { fixedSize, formatShape, normalizeAxis } from "../../graph/shape.js";
import { missing } from "../../missing.js";
import { namedAxes, range } from "./axes.js";
import type { ImportedNode, Importers } from "./node.js";
import { mostKnown } from "./value.js";

/** As many numbers as there are axes. */
const perAxis = (
  node: ImportedNode,
  what: string,
  values: readonly number[] | undefined,
  count: number,
): readonly number[] => {
  if (values === undefined) return node.fail(`${what} are missing`);
  return values.length === count
    ? values
    : node.fail(`${what} are ${values.length} numbers for ${count} axes`);
};

const toTheEnd = 2 ** 31 - 1;

/**
 * The first index that a Slice takes from an axis, and how many. Unlike numpy's, a start in front of a backward slice means the first
 * element, and an end of INT_MAX means "as far as it goes" backwards too.
 */
export const takenBy = (size: number, start: number, end: number, step: number) => {
  if (step > 0) return sliceRange(size, { start, end, step });
  const from = start < -size ? 0 : start;
  return sliceRange(size, end >= toTheEnd ? { start: from, step } : { start: from, end, step });
};

/** Reads starts, ends, axes and steps: attributes before opset 10, inputs since. */
const slices = (node: ImportedNode): Tensor => {
  const x = node.tensor(0);
  const starts = node.attributeOrInput("starts", 1) ?? node.fail("starts are missing");
  const axes = namedAxes(node, node.attributeOrInput("axes", 3) ?? range(starts.length), x.shape);
  perAxis(node, "starts", starts, axes.length);
  const ends = perAxis(node, "ends", node.attributeOrInput("ends", 2), axes.length);
  const steps = perAxis(node, "steps", node.attributeOrInput("steps", 4) ?? starts.map(() => 1), axes.length);
  return axes.reduce((y, axis, i) => {
    const [start, end, step] = [starts[i] ?? missing(), ends[i] ?? missing(), steps[i] ?? missing()];
    // What is taken whole may be the batch.
    const isWhole = start === 0 && step === 1 && end >= toTheEnd;
    if (isWhole) return y;
    const { first, count } = takenBy(fixedSize("Slice", y.shape, axis), start, end, step);
    // Other steps than these are written as a list of indices.
    if (Math.abs(step) !== 1 && count > mostKnown) {
      node.fail(`it takes ${count} elements in steps of ${step}; at most ${mostKnown} are supported`);
    }
    const stop = first + count * step;
    return slice(y, { axis, start: first, step, ...(stop < 0 ? {} : { end: stop }) });
  }, x);
};

const padModes: readonly string[] = ["constant", "edge", "reflect", "wrap"] satisfies PadMode[];
const isPadMode = (mode: string): mode is PadMode => padModes.includes(mode);

const padMode = (node: ImportedNode): PadMode => {
  const mode = node.text("mode", "constant");
  return isPadMode(mode)
    ? mode
    : node.fail(
        `the mode "${mode}" is not supported, only ${padModes.map((each) => `"${each}"`).join(", ")}`,
      );
};

/** Pads were an attribute before opset 11; the axes they are for came with opset 18. Negative ones take elements away. */
const padded = (node: ImportedNode): Tensor => {
  const mode = padMode(node);
  const x = node.tensor(0);
  const axes = namedAxes(
    node,
    node.inputs[3] === undefined ? range(x.rank) : node.wholes(3, "the axes"),
    x.shape,
  );
  const pads = perAxis(node, "pads", node.attributeOrInput("pads", 1), 2 * axes.length);
  const value = node.inputs[2] === undefined ? node.float("value", 0) : node.number(2, "the value");
  return axes.reduce((y, axis, i) => {
    const [before, after] = [pads[i] ?? missing(), pads[i + axes.length] ?? missing()];
    if (before === 0 && after === 0) return y;
    const size = fixedSize(node.proto.opType, y.shape, axis);
    const length = size + before + after;
    if (length < 0) {
      node.fail(`pads ${before} and ${after} take away more than the ${size} elements of axis ${axis}`);
    }
    // Where one side takes away more than there is, it takes from what the other side adds.
    const start = Math.min(size, Math.max(0, -before));
    const end = Math.max(start, Math.min(size, size + after));
    const kept = end - start < size ? slice(y, { axis, start, end }) : y;
    const front = Math.min(length, Math.max(0, before));
    const added = { axis, before: front, after: length - front - (end - start) };
    return pad(kept, mode === "constant" ? { ...added, value } : { ...added, mode });
  }, x);
};

/** Equal parts unless told otherwise; where there is a rest, the last is smaller. */
const split = (node: ImportedNode): Tensor[] => {
  const x = node.tensor(0);
  const axis = normalizeAxis(node.proto.opType, node.int("axis", 0), x.shape);
  const parts = node.outputCount;
  if (parts === 1 && node.attributeOrInput("split", 1) === undefined) return [x];
  const size = fixedSize(node.proto.opType, x.shape, axis);
  const chunk = Math.ceil(size / parts);
  const equal = range(parts).map((i) => Math.max(0, Math.min(chunk, size - i * chunk)));
  const sizes = node.attributeOrInput("split", 1) ?? equal;
  const total = sizes.reduce((a, b) => a + b, 0);
  if (sizes.length !== parts || total !== size || sizes.some((part) => part < 0)) {
    node.fail(
      `the sizes [${sizes}] do not split axis ${axis} of ${formatShape(x.shape)} into ${parts} parts`,
    );
  }
  const ends = sizes.map((_, i) => sizes.slice(0, i + 1).reduce((a, b) => a + b, 0));
  return sizes.map((part, i) => {
    const end = ends[i] ?? missing();
    return slice(x, { axis, start: end - part, end });
  });
};

/** Operators that take elements away, or add some. */
export const cuttingImporters: Importers = { Slice: slices, Pad: padded, Split: split };
