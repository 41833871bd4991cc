import { createRequire } from "node:module";
import { SteepestError } from "../errors.js";
import type { Figure } from "./frame.js";

// The fonts come with the package, since a server or a container may have none and would draw no text at all. Inter lacks
// some signs of mathematics (∇, ∈), which the second family has.
const fonts = [
  "@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf",
  "@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf",
  "@expo-google-fonts/noto-sans-math/400Regular/NotoSansMath_400Regular.ttf",
];

/**
 * Draws an SVG as a PNG file of `scale` pixels per unit of the SVG (2 by default, for sharp text).
 *
 * @throws SteepestError when the SVG cannot be read.
 */
export const png = async (
  drawing: string | Pick<Figure, "svg">,
  { scale = 2 }: { readonly scale?: number } = {},
): Promise<Uint8Array> => {
  if (!(scale > 0 && scale <= 16))
    throw new SteepestError(`png: scale is ${scale}; expected a number above 0 and at most 16`);
  const { Resvg } = await import("@resvg/resvg-js");
  const require = createRequire(import.meta.url);
  const options = {
    fitTo: { mode: "zoom", value: scale },
    font: {
      fontFiles: fonts.map((font) => require.resolve(font)),
      loadSystemFonts: false,
      defaultFontFamily: "Inter",
      sansSerifFamily: "Inter",
    },
  } as const;
  try {
    return new Resvg(typeof drawing === "string" ? drawing : drawing.svg, options).render().asPng();
  } catch (error) {
    throw new SteepestError(
      `png: the SVG cannot be drawn (${error instanceof Error ? error.message : String(error)}); check that it is well-formed`,
    );
  }
};
