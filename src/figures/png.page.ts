import { SteepestError } from "../errors.js";
import type { Figure } from "./frame.js";

const loaded = (address: string): Promise<HTMLImageElement> =>
  new Promise((done, failed) => {
    const image = new Image();
    image.onload = () => done(image);
    image.onerror = () =>
      failed(new SteepestError("png: the SVG cannot be drawn; check that it is well-formed"));
    image.src = address;
  });

/**
 * Draws an SVG as a PNG file of `scale` pixels per unit of the SVG (2 by default, for sharp text), with the fonts that the browser has.
 *
 * @throws SteepestError when the SVG cannot be read, and in a worker, where browsers draw no SVG.
 */
export const png = async (
  drawing: string | Pick<Figure, "svg">,
  { scale = 2 }: { readonly scale?: number } = {},
): Promise<Uint8Array> => {
  if (!(scale > 0 && scale <= 16))
    throw new SteepestError(`png: scale is ${scale}; expected a number above 0 and at most 16`);
  if (!("document" in globalThis)) {
    throw new SteepestError(
      "png: browsers draw no SVG in a worker; hand the SVG to the page and draw it there",
    );
  }
  const svg = typeof drawing === "string" ? drawing : drawing.svg;
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = await loaded(address);
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
    if (!blob) throw new SteepestError("png: the browser made no picture of the SVG");
    return new Uint8Array(await blob.arrayBuffer());
  } finally {
    URL.revokeObjectURL(address);
  }
};
