import { requireKnown } from "../../options.js";
import { move } from "../operation.js";
import { type Spread, spreadOf } from "../options.js";
import { type Transformation, transformation } from "../transformation.js";

/** Options of `lens`. */
export interface LensOptions {
  /** Range of the factor of r². @defaultValue 0.2 to both sides */
  readonly k1?: Spread;
  /** Range of the factor of r⁴. @defaultValue 0.05 to both sides */
  readonly k2?: Spread;
}

/**
 * The distortion of a lens: a point at distance r from the centre shows what lies at r·(1 + k1·r² + k2·r⁴), where r is 1 at the corners.
 * With k1 above 0 straight lines bend outwards in the middle, like a barrel; below 0 inwards, like a pincushion.
 *
 * Source: Brown, "Close-range camera calibration", 1971.
 */
export const lens = (options: LensOptions = {}): Transformation => {
  const { k1 = 0.2, k2 = 0.05 } = requireKnown("lens", options, ["k1", "k2"]);
  const bounds = { least: -1, most: 10 };
  const [first, second] = [spreadOf("lens", "k1", k1, bounds), spreadOf("lens", "k2", k2, bounds)];
  return transformation({
    name: "lens",
    draw: (draws) => ({ k1: draws.between(...first), k2: draws.between(...second) }),
    operations: (drawn, size) => {
      const centre = [size.width / 2, size.height / 2] as const;
      return [move({ kind: "radial", centre, radius: Math.hypot(...centre), ...drawn }, size)];
    },
  });
};
