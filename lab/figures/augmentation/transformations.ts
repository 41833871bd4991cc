import { augment } from "steepest";

/** Side of the pictures of this figure, in pixels. */
export const SIDE = 96;

/** A transformation of the library, with the one number of it that a slider sets. */
export interface Choice {
  readonly label: string;
  /** What the slider sets, and how far it goes; absent where there is nothing to set. */
  readonly amount?: { readonly label: string; readonly most: number };
  /** The call of the library's function, as a program has it; `amount` is a number of the slider's unit. */
  readonly code: (amount: number) => string;
  readonly make: (amount: number) => augment.Step;
}

const short = (value: number): number => Number(value.toPrecision(4));

const spread = (amount: number): readonly [number, number] => [short(-amount), short(amount)];
const aroundOne = (amount: number): readonly [number, number] => [
  short(Math.max(0, 1 - amount)),
  short(1 + amount),
];
const text = (range: readonly number[]): string => `[${range.join(", ")}]`;

const choices = {
  flip: {
    label: "flip",
    code: () => "flipHorizontally()",
    make: () => augment.flipHorizontally(),
  },
  alternating: {
    label: "flip in every other epoch",
    code: () => "alternatingFlip()",
    make: () => augment.alternatingFlip(),
  },
  crop: {
    label: "random resized crop",
    amount: { label: "largest share of the area left out", most: 0.95 },
    code: (a) => `randomResizedCrop({ size: ${SIDE}, area: ${text([short(1 - a), 1])} })`,
    make: (a) => augment.randomResizedCrop({ size: SIDE, area: [short(1 - a), 1] }),
  },
  translate: {
    label: "translation",
    amount: { label: "furthest way, as a share of the side", most: 0.5 },
    code: (a) => `translate({ share: ${short(a)} })`,
    make: (a) => augment.translate({ share: short(a) }),
  },
  rotate: {
    label: "rotation",
    amount: { label: "largest angle, in degrees", most: 180 },
    code: (a) => `rotate({ degrees: ${text(spread(a))} })`,
    make: (a) => augment.rotate({ degrees: spread(a) }),
  },
  stretch: {
    label: "stretching",
    amount: { label: "factor of each axis, to both sides of 1", most: 0.8 },
    code: (a) => `scale({ factor: ${text(aroundOne(a))} })`,
    make: (a) => augment.scale({ factor: aroundOne(a) }),
  },
  shear: {
    label: "shearing",
    amount: { label: "largest angle, in degrees", most: 45 },
    code: (a) => `shear({ x: ${text(spread(a))}, y: ${text(spread(a))} })`,
    make: (a) => augment.shear({ x: spread(a), y: spread(a) }),
  },
  perspective: {
    label: "perspective",
    amount: { label: "way of a corner, as a share of half the side", most: 0.9 },
    code: (a) => `perspective({ strength: ${short(a)} })`,
    make: (a) => augment.perspective({ strength: short(a) }),
  },
  lens: {
    label: "lens distortion",
    amount: { label: "largest factor k₁ of r²", most: 0.8 },
    code: (a) => `lens({ k1: ${text(spread(a))} })`,
    make: (a) => augment.lens({ k1: spread(a) }),
  },
  elastic: {
    label: "elastic",
    amount: { label: "deviation of a point, as a share of the side", most: 0.1 },
    code: (a) => `elastic({ strength: ${short(a)} })`,
    make: (a) => augment.elastic({ strength: short(a) }),
  },
  brightness: {
    label: "brightness",
    amount: { label: "factor, to both sides of 1", most: 1 },
    code: (a) => `brightness({ factor: ${text(aroundOne(a))} })`,
    make: (a) => augment.brightness({ factor: aroundOne(a) }),
  },
  contrast: {
    label: "contrast",
    amount: { label: "factor, to both sides of 1", most: 1 },
    code: (a) => `contrast({ factor: ${text(aroundOne(a))} })`,
    make: (a) => augment.contrast({ factor: aroundOne(a) }),
  },
  saturation: {
    label: "saturation",
    amount: { label: "factor, to both sides of 1", most: 1 },
    code: (a) => `saturation({ factor: ${text(aroundOne(a))} })`,
    make: (a) => augment.saturation({ factor: aroundOne(a) }),
  },
  hue: {
    label: "hue",
    amount: { label: "turn, as a share of the circle", most: 0.5 },
    code: (a) => `hue({ turn: ${text(spread(a))} })`,
    make: (a) => augment.hue({ turn: spread(a) }),
  },
  grey: { label: "grey", code: () => "grey()", make: () => augment.grey() },
  invert: { label: "inversion", code: () => "invert()", make: () => augment.invert() },
  posterise: { label: "posterise", code: () => "posterise()", make: () => augment.posterise() },
  solarise: { label: "solarise", code: () => "solarise()", make: () => augment.solarise() },
  equalise: { label: "equalise", code: () => "equalise()", make: () => augment.equalise() },
  autocontrast: { label: "autocontrast", code: () => "autocontrast()", make: () => augment.autocontrast() },
  sharpness: {
    label: "sharpness",
    amount: { label: "factor, to both sides of 1", most: 4 },
    code: (a) => `sharpness({ factor: ${text(aroundOne(a))} })`,
    make: (a) => augment.sharpness({ factor: aroundOne(a) }),
  },
  blur: {
    label: "blur",
    amount: { label: "largest deviation, in pixels", most: 6 },
    code: (a) => `blur({ sigma: ${text([0.1, short(Math.max(0.1, a))])} })`,
    make: (a) => augment.blur({ sigma: [0.1, short(Math.max(0.1, a))] }),
  },
  noise: {
    label: "noise",
    amount: { label: "largest deviation, as a share of white", most: 0.5 },
    code: (a) => `noise({ deviation: ${text([0, short(a)])} })`,
    make: (a) => augment.noise({ deviation: [0, short(a)] }),
  },
  erase: {
    label: "erasing",
    amount: { label: "largest share of the area", most: 0.6 },
    code: (a) => `erase({ area: ${text([0.02, short(Math.max(0.02, a))])} })`,
    make: (a) => augment.erase({ area: [0.02, short(Math.max(0.02, a))] }),
  },
  randAugment: {
    label: "RandAugment",
    amount: { label: "strength", most: 1 },
    code: (a) => `randAugment({ strength: ${short(a)} })`,
    make: (a) => augment.randAugment({ strength: short(a) }),
  },
  trivialAugment: {
    label: "TrivialAugment",
    code: () => "trivialAugment()",
    make: () => augment.trivialAugment(),
  },
} as const satisfies Readonly<Record<string, Choice>>;

export type Name = keyof typeof choices;

/** Every transformation of the library that has a place here. */
export const transformations: Readonly<Record<Name, Choice>> = choices;

/** The names as a choice has them. */
export const labels = Object.fromEntries(
  Object.entries(choices).map(([name, { label }]) => [name, label]),
) as Readonly<Record<Name, string>>;
