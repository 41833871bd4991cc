import { parseHTML } from "linkedom";
import sharp from "sharp";

/** Parses an SVG strictly enough to notice unclosed or crossed tags, and returns its root element. */
export const parse = (svg: string): Element => {
  const open: string[] = [];
  for (const [, closing, name, selfClosing] of svg.matchAll(/<(\/?)([A-Za-z]+)(?:"[^"]*"|[^">])*?(\/?)>/g)) {
    if (closing) {
      const last = open.pop();
      if (last !== name) throw new Error(`</${name}> closes <${last}>`);
    } else if (!selfClosing && name) open.push(name);
  }
  if (open.length > 0) throw new Error(`unclosed: ${open.join(", ")}`);
  const root = parseHTML(`<html><body>${svg}</body></html>`).document.querySelector("svg");
  if (!root) throw new Error("no <svg>");
  return root;
};

/** All text of an SVG, in the order it stands. */
export const texts = (svg: string): string[] =>
  [...parse(svg).querySelectorAll("text")].map((text) => text.textContent ?? "");

/** Decoded pixels of a PNG file: size and a reader of red, green, blue. */
export const decode = async (file: Uint8Array) => {
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return {
    width: info.width,
    height: info.height,
    at: (x: number, y: number): number[] => [
      ...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3),
    ],
    dark: (left: number, top: number, width: number, height: number): number => {
      let count = 0;
      for (let y = top; y < top + height; y++)
        for (let x = left; x < left + width; x++) if ((data[(y * info.width + x) * 3] ?? 255) < 128) count++;
      return count;
    },
  };
};
