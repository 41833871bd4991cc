import { palette } from "../../src/figures/palette.js";

const rgb = (hex: string): readonly [number, number, number] => [
  Number.parseInt(hex.slice(1, 3), 16),
  Number.parseInt(hex.slice(3, 5), 16),
  Number.parseInt(hex.slice(5, 7), 16),
];

/** The ends of the scale: those of the two classes; white lies between. */
const [low, high] = [rgb(palette[0]), rgb(palette[1])];

/**
 * Values on a square grid (row by row, from the bottom) as the address of a picture: from the colour of the first class over white to that of the second.
 */
export const surfaceUri = (
  values: ArrayLike<number>,
  side: number,
  [from, to]: readonly [number, number],
): string => {
  const canvas = document.createElement("canvas");
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext("2d");
  if (!context) return "";
  const picture = context.createImageData(side, side);
  for (let i = 0; i < side * side; i++) {
    const share = Math.max(0, Math.min(1, ((values[i] ?? 0) - from) / (to - from)));
    const strength = 0.5 * Math.abs(2 * share - 1);
    const end = share < 0.5 ? low : high;
    const row = side - 1 - Math.floor(i / side);
    const place = 4 * (row * side + (i % side));
    for (let c = 0; c < 3; c++) picture.data[place + c] = 255 + strength * ((end[c] ?? 255) - 255);
    picture.data[place + 3] = 255;
  }
  context.putImageData(picture, 0, 0);
  return canvas.toDataURL();
};
