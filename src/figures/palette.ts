import { missing } from "../missing.js";

/**
 * What a colour stands for, the same in every figure and report. Within the update rules and within the parts of the data
 * they are told apart with every common form of colour blindness; lines that may cross differ by dash or symbol too.
 */
export const meaning = {
  gradientDescent: "#1f2328",
  momentum: "#D55E00",
  adaGrad: "#009E73",
  rmsProp: "#3FA3DF",
  adam: "#332288",
  training: "#0072B2",
  validation: "#BF8600",
  test: "#882255",
} as const;

/** What is drawn beside what counts: other people's figures, weights that do not matter, the batches under a mean. */
export const aside = "#9aa3ac";

/** The meaning of an update rule's name, for charts whose lines are rules. */
export const ruleColour = (name: string): string | undefined => {
  const rules: Readonly<Record<string, string>> = {
    "gradient descent": meaning.gradientDescent,
    momentum: meaning.momentum,
    AdaGrad: meaning.adaGrad,
    RMSProp: meaning.rmsProp,
    Adam: meaning.adam,
  };
  return rules[name];
};

/**
 * Colours of kinds that have neither a meaning above nor an order, in order of use: the palette of Okabe and Ito, told apart
 * with every common form of colour blindness, without its yellow (too pale on white) and with its black in the colour of
 * the text.
 */
export const palette = [
  "#CC79A7",
  "#E69F00",
  "#56B4E9",
  "#009E73",
  "#D55E00",
  "#0072B2",
  "currentColor",
] as const;

/** Colour of the `index`-th series. */
export const colour = (index: number): string => palette[index % palette.length] ?? missing();

/** The same hue on a dark page, for colours that would be too dark there. */
export const onDark: Readonly<Record<string, string>> = {
  "#1f2328": "#e6edf3",
  "#0072B2": "#4aa8e8",
  "#332288": "#a79bff",
  "#882255": "#f07ab0",
  "#BF8600": "#f0b429",
  "#009E73": "#2fc49a",
  "#D55E00": "#f58a4b",
};
