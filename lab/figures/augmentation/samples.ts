import { augment } from "steepest";
import type { State } from "./state.js";
import { type Name, SIDE, transformations } from "./transformations.js";

/** Samples on a sheet. */
export const SAMPLES = 12;

/** The transformations that are chosen, with their amounts. */
export const chosen = (state: State) => {
  const of = (name: Name, share: number) => {
    const each = transformations[name];
    return { ...each, name, set: share * (each.amount?.most ?? 0) };
  };
  return [
    of(state.first, state.firstAmount),
    ...(state.second === "none" ? [] : [of(state.second, state.secondAmount)]),
  ];
};

export interface Sample {
  readonly pixels: Uint8Array;
  readonly drawn: readonly augment.Drawn[];
}

/** What becomes of one picture as the examples 0, 1, 2, … of an epoch. */
export const samplesOf = (pixels: Uint8Array, state: State): Sample[] => {
  const recipe = augment.augmentation(chosen(state).map(({ make, set }) => make(set)));
  const picture = { width: SIDE, height: SIDE, channels: 3, pixels };
  return Array.from({ length: SAMPLES }, (_, index) => {
    const { picture: changed, drawn } = recipe.apply(picture, {
      seed: state.seed,
      epoch: state.epoch,
      index,
    });
    return { pixels: Uint8Array.from(changed.pixels), drawn };
  });
};

const mix = (a: readonly number[], b: readonly number[], share: number): number[] =>
  a.map((each, i) => each + share * ((b[i] ?? 0) - each));

/** A picture to begin with: a house below a sun, channel by channel. */
export const house = (): Uint8Array => {
  const pixels = new Uint8Array(3 * SIDE * SIDE);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      let colour = mix([92, 160, 224], [206, 232, 250], y / SIDE);
      if (Math.hypot(x - 74, y - 20) < 11) colour = [250, 204, 60];
      if (y > 74 + 4 * Math.sin(x / 9)) colour = mix([96, 150, 70], [60, 104, 48], (y - 70) / 26);
      if (x >= 24 && x < 58 && y >= 46 && y < 80) colour = [206, 108, 84];
      if (y >= 28 && y < 46 && Math.abs(x - 41) <= y - 26) colour = [122, 62, 62];
      if (x >= 46 && x < 54 && y >= 62 && y < 80) colour = [70, 44, 36];
      if (x >= 29 && x < 39 && y >= 54 && y < 64) colour = [250, 240, 190];
      for (let c = 0; c < 3; c++) pixels[c * SIDE * SIDE + y * SIDE + x] = Math.round(colour[c] ?? 0);
    }
  }
  return pixels;
};

/** Brightness (Rec. 601) along a row, from 0 to 255. */
export const brightnessAlong = (pixels: Uint8Array, row: number): number[] => {
  const size = SIDE * SIDE;
  const at = (c: number, x: number): number => pixels[c * size + Math.round(row) * SIDE + x] ?? 0;
  return Array.from({ length: SIDE }, (_, x) => 0.299 * at(0, x) + 0.587 * at(1, x) + 0.114 * at(2, x));
};
