import { SteepestError } from "../../errors.js";
import { givenText } from "../../given.js";
import { pad, slice, type Tensor } from "../../graph/index.js";
import { requireKnown } from "../../options.js";
import { type Layer, layer } from "../layer.js";
import { requireChannels } from "./conv.js";

export interface ViewsOptions {
  /** Whether the mirrored picture is looked at too. @defaultValue false */
  readonly flip?: boolean;
  /** Pixels by which the picture is also moved, up and left, and down and right; what lies beyond an edge is mirrored. @defaultValue 0 */
  readonly shift?: number;
}

const mirrored = (x: Tensor): Tensor => slice(x, { axis: 3, step: -1 });

/** The picture moved down and right by so many pixels, or up and left where they are negative. */
const moved = (x: Tensor, pixels: number): Tensor =>
  [2, 3].reduce((picture, axis) => {
    const size = picture.size(axis);
    const added = pad(picture, {
      axis,
      before: Math.max(0, pixels),
      after: Math.max(0, -pixels),
      mode: "reflect",
    });
    const start = Math.max(0, -pixels);
    return slice(added, { axis, start, end: start + size });
  }, x);

/**
 * A network that, in use, answers with the mean of what it says to several views of a picture `[batch, channels, height, width]`: the
 * picture itself, mirrored, and moved both ways, the moved ones together counting as much as the picture in its place. While it is
 * trained it sees the picture as it is. An exported model answers in the same way, in as many times the time.
 *
 * Throws where the shift is not a whole number from 0 on.
 */
export const averagedViews = (net: Layer, options: ViewsOptions = {}): Layer => {
  const { flip = false, shift = 0 } = requireKnown("averagedViews", options, ["flip", "shift"]);
  if (!Number.isInteger(shift) || shift < 0) {
    throw new SteepestError(`averagedViews: shift must be a whole number of pixels, got ${givenText(shift)}`);
  }
  return layer("averagedViews", (x, scope) => {
    if (scope.mode === "train") return scope.apply(net, x);
    requireChannels("averagedViews", x, 2);
    const places = shift === 0 ? [[x]] : [[x], [moved(x, shift), moved(x, -shift)]];
    const meanOf = (answers: readonly Tensor[]) =>
      answers.reduce((sum, answer) => sum.add(answer)).div(answers.length);
    const seen = (view: Tensor): Tensor => {
      const answer = scope.apply(net, view);
      return flip ? meanOf([answer, scope.apply(net, mirrored(view))]) : answer;
    };
    return meanOf(places.map((views) => meanOf(views.map(seen))));
  });
};
