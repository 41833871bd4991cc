import { meaning, onDark, palette } from "../../src/figures/palette.js";

/** A colour of the library's figures as a custom property, which the page sets for light and for dark. */
const property = (hex: string): string =>
  hex === "currentColor" ? hex : `var(--c${hex.slice(1).toLowerCase()})`;

const named = (colours: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(colours).map(([name, hex]) => [name, property(hex)]));

/** What a colour stands for; the same as in every figure of the library. */
export const colours = named(meaning) as { readonly [name in keyof typeof meaning]: string };

/** Kinds without a meaning of their own, in order of use. */
export const kinds: readonly string[] = palette.map(property);

/** The custom properties behind them, for light and for dark pages. */
export const colourProperties = (isDark: boolean): string =>
  [...new Set([...Object.values(meaning), ...palette])]
    .filter((hex) => hex !== "currentColor")
    .map((hex) => `--c${hex.slice(1).toLowerCase()}:${isDark ? (onDark[hex] ?? hex) : hex}`)
    .join(";");
