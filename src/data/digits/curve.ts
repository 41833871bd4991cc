/** A point of a stroke; the curve has a corner where `corner` is set and is smooth elsewhere. */
export interface StrokePoint {
  readonly x: number;
  readonly y: number;
  readonly corner: boolean;
}

/** Reads a stroke written as "x,y x,y! x,y" in percent; "!" marks a corner. */
export const parseStroke = (text: string): StrokePoint[] =>
  text.split(" ").map((word) => {
    const [x, y] = word.replace("!", "").split(",").map(Number);
    if (x === undefined || y === undefined) throw new Error(`stroke point "${word}" is not "x,y"`);
    return { x: x / 100, y: y / 100, corner: word.endsWith("!") };
  });

/** Straight pieces per span between two points; at 28 pixels a span is about 5 pixels long. */
const PIECES = 5;

/**
 * The stroke as a fine polyline x₀, y₀, x₁, y₁, …: a Catmull–Rom spline through its points, broken at corners, where
 * the neighbour beyond the corner is replaced by the corner itself.
 */
export const flatten = (points: readonly StrokePoint[]): number[] => {
  const first = points[0];
  if (!first) return [];
  const line = [first.x, first.y];
  for (let i = 0; i + 1 < points.length; i++) {
    const from = points[i];
    const to = points[i + 1];
    if (!from || !to) continue;
    const before = from.corner ? from : (points[i - 1] ?? from);
    const after = to.corner ? to : (points[i + 2] ?? to);
    for (let piece = 1; piece <= PIECES; piece++) {
      const t = piece / PIECES;
      line.push(
        catmullRom(before.x, from.x, to.x, after.x, t),
        catmullRom(before.y, from.y, to.y, after.y, t),
      );
    }
  }
  return line;
};

const catmullRom = (a: number, b: number, c: number, d: number, t: number): number =>
  b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
