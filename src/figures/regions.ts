import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import { tickText } from "./axis.js";
import { figure } from "./figure.js";
import type { Figure, FrameOptions } from "./frame.js";
import type { Axis } from "./line-data.js";
import { palette } from "./palette.js";
import { pictureUri } from "./picture.js";
import type { RegionGrid } from "./region-grid.js";
import { mix, rgb } from "./theme.js";
import type { Point } from "./thin.js";

export interface DecisionRegionsOptions extends FrameOptions {
  readonly grid: RegionGrid;
  readonly classes: readonly string[];
  /** Examples with their true classes. */
  readonly points?: readonly { readonly at: Point; readonly truth: number }[];
  readonly x?: Pick<Axis, "label">;
  readonly y?: Pick<Axis, "label">;
}

// The strongest hues first: most problems of two inputs have two classes.
const regionColours = palette.filter((each) => each.startsWith("#")).reverse();
const regionColour = (index: number): string => regionColours[index % regionColours.length] ?? missing();

const regionPicture = ({ columns, rows, predicted, probability }: RegionGrid): Promise<string> => {
  const area = columns * rows;
  const pixels = new Float32Array(3 * area);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const from = row * columns + column;
      const to = (rows - 1 - row) * columns + column;
      const strength =
        0.12 + 0.38 * Math.max(0, 2 * (probability ? (probability[from] ?? missing()) : 0.8) - 1);
      const numbers = rgb(mix("#ffffff", regionColour(predicted[from] ?? missing()), strength));
      for (const [channel, value] of numbers.entries()) pixels[channel * area + to] = value;
    }
  return pictureUri(pixels, { width: columns, height: rows, channels: 3 });
};

/**
 * Where a classifier of two inputs answers which class, with examples over it.
 *
 * @throws SteepestError when `predicted` or `probability` has not one value for each cell of the grid.
 */
export const decisionRegions = async ({
  grid,
  classes,
  points = [],
  x = {},
  y = {},
  ...frame
}: DecisionRegionsOptions): Promise<Figure> => {
  const { xDomain, yDomain, columns, rows, predicted, probability } = grid;
  for (const [name, values] of Object.entries({ predicted, probability }))
    if (values && values.length !== columns * rows)
      throw new SteepestError(
        `decisionRegions: ${name} has ${values.length} values; expected ${columns} × ${rows} = ${columns * rows}`,
      );
  const uri = await regionPicture(grid);
  return figure({
    width: 520,
    height: 520,
    ...frame,
    legend: classes.map((name, i) => ({ name, colour: regionColour(i), kind: "dot" as const })),
    x: { domain: [...xDomain], label: x.label ?? null, labelArrow: "none", tickFormat: tickText },
    y: { domain: [...yDomain], label: y.label ?? null, labelArrow: "none", tickFormat: tickText },
    marks: (plot) => [
      (_index, _scales, _channels, size, { document }) => {
        const image = document.createElementNS("http://www.w3.org/2000/svg", "image");
        const { width, height, marginLeft, marginRight, marginTop, marginBottom } = size;
        const attributes = {
          x: marginLeft,
          y: marginTop,
          width: width - marginLeft - marginRight,
          height: height - marginTop - marginBottom,
          preserveAspectRatio: "none",
          href: uri,
        };
        for (const [name, value] of Object.entries(attributes)) image.setAttribute(name, String(value));
        return image;
      },
      plot.dot(points, {
        x: ({ at }) => at[0],
        y: ({ at }) => at[1],
        r: 3,
        fill: ({ truth }) => regionColour(truth),
        stroke: "#ffffff",
        strokeWidth: 0.8,
        clip: true,
      }),
      plot.frame({ strokeOpacity: 0.4 }),
    ],
  });
};
