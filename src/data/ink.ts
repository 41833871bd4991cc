import { missing } from "../missing.js";

/** A grey picture, rows from the top; pixel values 0 to 255. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  readonly pixels: ArrayLike<number>;
}

/** Strokes on a plain ground, found in a picture. */
export interface Ink {
  /** Whether the strokes are brighter or darker than the ground. */
  readonly tone: "bright" | "dark";
  /** The value of the ground. */
  readonly ground: number;
  /** How far the strongest stroke is from it. */
  readonly contrast: number;
  /** The rectangle around the strokes, both ends included. */
  readonly box: {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  };
  /** Their centre of mass. */
  readonly centre: { readonly x: number; readonly y: number };
  /** The share of the pixels that they cover. */
  readonly cover: number;
  /** The share of the outermost pixels that they cover. */
  readonly border: number;
}

/** Strokes differ at least so much from the ground: less is grain, or the traces of JPEG. */
const leastContrast = 32;

const median = (values: ArrayLike<number>): number => {
  const sorted = Float32Array.from(values).sort();
  return sorted[sorted.length >> 1] ?? missing();
};

/** How strong the ink is at a pixel: 0 on the ground. */
export const strength = (pixel: number, { tone, ground }: Pick<Ink, "tone" | "ground">): number =>
  Math.max(0, tone === "bright" ? pixel - ground : ground - pixel);

/**
 * Finds strokes on a plain ground, whose value is the median of all pixels; undefined where nothing stands out from it. Pixels belong to
 * a stroke where they are more than a quarter as strong as the strongest.
 */
export const findInk = ({ width, height, pixels }: GreyPicture): Ink | undefined => {
  const ground = median(pixels);
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < pixels.length; i++) {
    const value = pixels[i] ?? missing();
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const tone = high - ground >= ground - low ? "bright" : "dark";
  const contrast = Math.max(high - ground, ground - low);
  if (contrast < leastContrast) return undefined;
  const limit = Math.max(leastContrast / 2, contrast / 4);
  const box = { left: width, top: height, right: -1, bottom: -1 };
  const sums = { mass: 0, x: 0, y: 0, inked: 0, border: 0 };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const ink = strength(pixels[y * width + x] ?? missing(), { tone, ground });
      if (ink <= limit) continue;
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x);
      box.top = Math.min(box.top, y);
      box.bottom = Math.max(box.bottom, y);
      sums.mass += ink;
      sums.x += ink * x;
      sums.y += ink * y;
      sums.inked += 1;
      if (x === 0 || y === 0 || x === width - 1 || y === height - 1) sums.border += 1;
    }
  }
  return {
    ...{ tone, ground, contrast, box },
    centre: { x: sums.x / sums.mass, y: sums.y / sums.mass },
    cover: sums.inked / (width * height),
    border: sums.border / Math.max(1, 2 * (width + height) - 4),
  };
};

/** The longer side of the rectangle around the strokes. */
export const inkSize = ({ box: { left, top, right, bottom } }: Ink): number =>
  1 + Math.max(right - left, bottom - top);
