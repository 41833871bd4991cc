import { SteepestError } from "../../errors.js";
import { givenText } from "../../given.js";
import { missing } from "../../missing.js";
import { requireKnown } from "../../options.js";
import { floats } from "../dtype.js";
import { formatShape, joined, type Shape } from "../shape.js";
import { checkDType, checkSameDType, checkTensor, type Tensor } from "../tensor.js";
import { typedArray } from "../values.js";
import { and, cast, greaterOrEqual, lessOrEqual } from "./comparison.js";
import { constant } from "./constant.js";
import { slice } from "./cutting.js";
import { abs, clip, floor, round } from "./elementwise.js";
import { gatherAlong } from "./indexing.js";
import { matmul } from "./matmul.js";
import { expand, reshape } from "./shaping.js";
import { spatialSizes } from "./window.js";

export interface GridSampleOptions {
  /** The nearest element, or a mean of the two (linear) or four (cubic) nearest on each axis. @defaultValue "linear" */
  readonly mode?: "nearest" | "linear" | "cubic";
  /** What there is beside x: zeros, its outermost elements, or x mirrored at its edges. @defaultValue "zeros" */
  readonly border?: "zeros" | "edge" | "reflect";
  /** Whether -1 and 1 are the centres of the outermost elements, not their outer edges. @defaultValue false */
  readonly alignCorners?: boolean;
}

/** An element that a sampled value takes a share of, on one axis. */
interface Tap {
  readonly place: Tensor;
  readonly weight?: Tensor;
}

/** Where coordinates from -1 to 1 lie among `size` elements. */
const placeOf = (coordinate: Tensor, size: number, alignCorners: boolean): Tensor =>
  alignCorners ? coordinate.add(1).mul((size - 1) / 2) : coordinate.add(1).mul(size).sub(1).div(2);

/** What lies beside x is what `border` says. */
const bordered = (
  place: Tensor,
  size: number,
  { border, alignCorners }: Required<GridSampleOptions>,
): Tensor => {
  if (border === "zeros") return place;
  const [low, span] = alignCorners ? [0, size - 1] : [-0.5, size];
  const mirrored = () => {
    // There and back again: |((place - low + span) mod 2·span) - span|, from where it began.
    const along = place.sub(low).add(span);
    const turn = along.sub(floor(along.div(2 * span)).mul(2 * span));
    return abs(turn.sub(span)).add(low);
  };
  const inside = border === "edge" || span === 0 ? place : mirrored();
  return clip(inside, 0, size - 1);
};

/** Keys' cubic of slope -3/4 at the distances 1 + t, t, 1 - t and 2 - t. */
const cubicWeights = (t: Tensor): readonly [Tensor, Tensor, Tensor, Tensor] => {
  const a = -0.75;
  const near = (d: Tensor) =>
    d
      .mul(a + 2)
      .sub(a + 3)
      .mul(d)
      .mul(d)
      .add(1);
  const far = (d: Tensor) => d.sub(5).mul(d).add(8).mul(d).sub(4).mul(a);
  const rest = t.neg().add(1);
  return [far(t.add(1)), near(t), near(rest), far(rest.add(1))];
};

const tapsOf = (place: Tensor, mode: Required<GridSampleOptions>["mode"]): readonly Tap[] => {
  if (mode === "nearest") return [{ place: round(place) }];
  const whole = floor(place);
  const t = place.sub(whole);
  if (mode === "linear") {
    return [
      { place: whole, weight: t.neg().add(1) },
      { place: whole.add(1), weight: t },
    ];
  }
  return cubicWeights(t).map((weight, i) => ({ place: whole.add(i - 1), weight }));
};

/** What each tap of an axis is multiplied by, and its index among the axis' elements. */
const onAxis = (coordinate: Tensor, size: number, options: Required<GridSampleOptions>) => {
  // Further out than this there is nothing new, and whole numbers would end.
  const raw = clip(placeOf(coordinate, size, options.alignCorners), -(2 ** 22), 2 ** 22);
  const place = options.mode === "cubic" ? raw : bordered(raw, size, options);
  return tapsOf(place, options.mode).map((tap) => {
    const at = bordered(tap.place, size, options);
    const inside = and(greaterOrEqual(at, 0), lessOrEqual(at, size - 1));
    const share = options.border === "zeros" ? cast(inside, at.dtype) : undefined;
    return {
      index: cast(clip(at, 0, size - 1), "int64"),
      weight: tap.weight && share ? tap.weight.mul(share) : (tap.weight ?? share),
    };
  });
};

const product = (a: Tensor | undefined, b: Tensor | undefined) => (a && b ? a.mul(b) : (a ?? b));

const oneOf = (name: string, given: unknown, known: readonly string[]): void => {
  if (typeof given === "string" && known.includes(given)) return;
  throw new SteepestError(
    `gridSample: ${name} must be ${known.map((each) => `"${each}"`).join(", ")}, got ${givenText(given)}`,
  );
};

/**
 * Samples `[batch, channels, …]` at places of its own for each example: `grid` is `[batch, …, axes]` and holds coordinates from -1 to 1, that of the
 * last axis (x) first. The result is `[batch, channels, …]` with the axes of the grid. Gradients of any order, by x and by the grid.
 *
 * M. Jaderberg et al., "Spatial transformer networks", 2015.
 */
export const gridSample = (x: Tensor, grid: Tensor, given: GridSampleOptions = {}): Tensor => {
  checkTensor("gridSample", x);
  checkTensor("gridSample: grid", grid);
  checkDType("gridSample", x, floats);
  checkSameDType("gridSample", x, grid);
  const known = requireKnown("gridSample", given, ["mode", "border", "alignCorners"]);
  const options = { mode: "linear", border: "zeros", alignCorners: false, ...known } as const;
  oneOf("mode", options.mode, ["nearest", "linear", "cubic"]);
  oneOf("border", options.border, ["zeros", "edge", "reflect"]);
  const sizes = spatialSizes("gridSample", x.shape);
  const [examples = missing(), channels = missing()] = x.shape;
  if (grid.rank !== sizes.length + 2 || grid.shape.at(-1) !== sizes.length || grid.shape[0] !== examples) {
    throw new SteepestError(
      `gridSample: x ${formatShape(x.shape)} needs a grid [${examples}${", size".repeat(sizes.length)}, ${sizes.length}], got ${formatShape(grid.shape)}`,
    );
  }
  const places = grid.shape.slice(1, -1);
  const flat: Shape = [examples, joined(places)];
  const axes = sizes.map((size, axis) => {
    const k = sizes.length - 1 - axis;
    const coordinate = reshape(slice(grid, { axis: -1, start: k, end: k + 1 }), flat);
    return onAxis(coordinate, size, options);
  });
  // Every combination of one tap per axis, with its index among all elements.
  const combined = axes.reduce<readonly { index: Tensor | undefined; weight: Tensor | undefined }[]>(
    (all, taps, axis) =>
      all.flatMap(({ index, weight }) =>
        taps.map((tap) => ({
          index: index ? index.mul(sizes[axis] ?? missing()).add(tap.index) : tap.index,
          weight: product(weight, tap.weight),
        })),
      ),
    [{ index: undefined, weight: undefined }],
  );
  const elements = reshape(x, [examples, channels, joined(sizes)]);
  const ofEveryChannel: Shape = [examples, channels, joined(places)];
  const values = combined.map(({ index = missing(), weight }) => {
    const one: Shape = [examples, 1, joined(places)];
    const value = gatherAlong(elements, expand(reshape(index, one), ofEveryChannel), 2);
    return weight ? value.mul(reshape(weight, one)) : value;
  });
  return reshape(
    values.reduce((a, b) => a.add(b)),
    [examples, channels, ...places],
  );
};

/**
 * The grid of `gridSample` for which every example is moved by a linear map of its own: `theta` is `[batch, axes, axes + 1]` and leads from a place of the
 * result (x first, then y, 1 last) to one of the example, both from -1 to 1. `size` are the spatial axes of the result.
 */
export const affineGrid = (
  theta: Tensor,
  size: readonly number[],
  given: Pick<GridSampleOptions, "alignCorners"> = {},
): Tensor => {
  checkTensor("affineGrid", theta);
  checkDType("affineGrid", theta, floats);
  const { alignCorners = false } = requireKnown("affineGrid", given, ["alignCorners"]);
  const axes = size.length;
  const fits = theta.rank === 3 && theta.shape[1] === axes && theta.shape[2] === axes + 1;
  if (!fits) {
    throw new SteepestError(
      `affineGrid: a grid of ${axes} axes needs maps [batch, ${axes}, ${axes + 1}], got ${formatShape(theta.shape)}`,
    );
  }
  const count = size.reduce((a, b) => a * b, 1);
  const coordinate = (i: number, n: number) => {
    if (alignCorners) return n > 1 ? (2 * i) / (n - 1) - 1 : 0;
    return (2 * i + 1) / n - 1;
  };
  const points = Array.from({ length: count }, (_, place) => {
    let rest = place;
    const point = [1];
    for (const n of size.toReversed()) {
      point.splice(-1, 0, coordinate(rest % n, n));
      rest = Math.floor(rest / n);
    }
    return point;
  });
  const base = constant(typedArray(theta.dtype, points.flat()), [count, axes + 1], theta.dtype);
  return reshape(matmul(base, theta, { transposeB: true }), [theta.shape[0] ?? missing(), ...size, axes]);
};
