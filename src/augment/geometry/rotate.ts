import { requireKnown } from "../../options.js";
import { aboutCentre, rotation } from "../matrix.js";
import { move } from "../operation.js";
import { type Spread, spreadOf } from "../options.js";
import { type Transformation, transformation } from "../transformation.js";

/** Options of `rotate`. */
export interface RotateOptions {
  /** Range of the angle; positive turns with the clock. @defaultValue 15 to both sides */
  readonly degrees?: Spread;
}

/** Turns about the centre by a random angle. */
export const rotate = (options: RotateOptions = {}): Transformation => {
  const { degrees = 15 } = requireKnown("rotate", options, ["degrees"]);
  const [low, high] = spreadOf("rotate", "degrees", degrees);
  return transformation({
    name: "rotate",
    draw: (draws) => ({ degrees: draws.between(low, high) }),
    operations: (drawn, size) => [
      move({ kind: "projective", matrix: aboutCentre(rotation(-drawn.degrees), size) }, size),
    ],
  });
};
