import type { Definition } from "../../parts/definition.js";
import type { Result } from "./compute.js";
import { chosen } from "./samples.js";
import { fields, type State } from "./state.js";
import { transformations } from "./transformations.js";

const parametersText = (drawn: Result["samples"][number]["drawn"]): string =>
  drawn.length === 0
    ? "nothing"
    : drawn
        .map(({ name, parameters }) => {
          const text = JSON.stringify(parameters, (_, value: unknown) =>
            typeof value === "number" ? Number(value.toPrecision(4)) : value,
          );
          return `${name} ${text.length > 120 ? `${text.slice(0, 117)}…` : text}`;
        })
        .join(", then ");

/** The functions that a program calls. */
const names = (state: State): string[] => [
  ...new Set(chosen(state).map(({ code, set }) => code(set).split("(")[0] ?? "")),
];

export const definition: Definition<State, Result> = {
  name: "augmentation",
  key: "au",
  title: "Augmentation: one picture, many examples",
  fields,
  shown: ({ first, second }) => [
    "first",
    ...(transformations[first].amount ? (["firstAmount"] as const) : []),
    "second",
    ...(second !== "none" && transformations[second].amount ? (["secondAmount"] as const) : []),
    "epoch",
    "seed",
  ],
  tries: [
    {
      title: "rotation",
      look: "each example turns by its own angle; go to the next epoch, and it turns by another",
      state: {},
    },
    {
      title: "the lecture's crops",
      look: "parts of all sizes, scaled to one: the network must know a house by its roof",
      state: { first: "crop", firstAmount: 0.9, second: "flip" },
    },
    {
      title: "colours",
      look: "hue and contrast change what no label depends on",
      state: { first: "hue", firstAmount: 0.3, second: "contrast", secondAmount: 0.6 },
    },
    {
      title: "a lens",
      look: "straight walls bend outwards or inwards",
      state: { first: "lens", firstAmount: 0.9 },
    },
    {
      title: "too much",
      look: "at full strength RandAugment leaves little that one would call the same picture",
      state: { first: "randAugment", firstAmount: 1 },
    },
  ],
  tables: ({ samples, means, changes }) => [
    {
      title: "What was drawn for each example",
      columns: ["example", "drawn", "mean of its pixels", "mean change of a pixel"],
      rows: samples.map(({ drawn }, i) => [i, parametersText(drawn), means[i] ?? "", changes[i] ?? ""]),
    },
  ],
  code: (state) => `import { augment } from "steepest";

const { augmentation, ${names(state).join(", ")} } = augment;
const recipe = augmentation([${chosen(state)
    .map(({ code, set }) => code(set))
    .join(", ")}]);
// The figure's house, channel by channel; any other picture will do.
const side = 96;
const mix = (a, b, share) => a.map((each, i) => each + share * (b[i] - each));
const pixels = new Uint8Array(3 * side * side);
for (let y = 0; y < side; y++) {
  for (let x = 0; x < side; x++) {
    let colour = mix([92, 160, 224], [206, 232, 250], y / side);
    if (Math.hypot(x - 74, y - 20) < 11) colour = [250, 204, 60];
    if (y > 74 + 4 * Math.sin(x / 9)) colour = mix([96, 150, 70], [60, 104, 48], (y - 70) / 26);
    if (x >= 24 && x < 58 && y >= 46 && y < 80) colour = [206, 108, 84];
    if (y >= 28 && y < 46 && Math.abs(x - 41) <= y - 26) colour = [122, 62, 62];
    if (x >= 46 && x < 54 && y >= 62 && y < 80) colour = [70, 44, 36];
    if (x >= 29 && x < 39 && y >= 54 && y < 64) colour = [250, 240, 190];
    for (let c = 0; c < 3; c++) pixels[c * side * side + y * side + x] = Math.round(colour[c]);
  }
}
const picture = { width: side, height: side, channels: 3, pixels };
const means = [];
for (let index = 0; index < 12; index++) {
  const { picture: changed } = recipe.apply(picture, { seed: ${state.seed}, epoch: ${state.epoch}, index });
  means.push(changed.pixels.reduce((sum, value) => sum + value, 0) / changed.pixels.length);
}
console.log(JSON.stringify({ means }));
`,
};
