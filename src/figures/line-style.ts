import { type Markup, markup } from "./markup.js";

/** How a line is broken, beside its colour: what tells it from others in print and to colour-blind eyes. */
export type Dash = "dashed" | "dotted" | "dash-dot" | "long";

export const dashArray: Readonly<Record<Dash, string>> = {
  dashed: "6,4",
  dotted: "1.5,3",
  "dash-dot": "9,3,1.5,3",
  long: "14,4",
};

/** Shapes of the dots on lines, in order of use. */
export const shapes = ["circle", "square", "triangle", "diamond", "cross"] as const;
export type Shape = (typeof shapes)[number];

/** The shape of the `index`-th series. */
export const shapeOf = (index: number): Shape => shapes[index % shapes.length] ?? "circle";

const outlines: Readonly<Record<Shape, string>> = {
  circle: "M-3.4,0A3.4,3.4,0,1,0,3.4,0A3.4,3.4,0,1,0,-3.4,0Z",
  square: "M-3,-3H3V3H-3Z",
  triangle: "M0,-4.2L3.7,2.4H-3.7Z",
  diamond: "M0,-4.6L3,0L0,4.6L-3,0Z",
  cross: "M-1.2,-3.8H1.2V-1.2H3.8V1.2H1.2V3.8H-1.2V1.2H-3.8V-1.2H-1.2Z",
};

/** A dot for a legend, around (x, y). */
export const shapeMark = (of: Shape, x: number, y: number, colour: string): Markup =>
  markup`<path transform="translate(${x},${y})" d="${outlines[of]}" fill="${colour}"/>`;
