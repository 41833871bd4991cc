import type { ImageLayout } from "../dataset.js";
import type { PictureEntry } from "./entry.js";
import { type Decoded, type Fit, mostPixels, planar, unreadable } from "./picture-file.js";
import { decoder, isGrey, upright } from "./upright.js";

/** What a picture is before it is decoded: its size as it is shown, turned as its camera says, and 1 or 3 channels. */
export const probe = async ({ name, bytes }: Pick<PictureEntry, "name" | "bytes">): Promise<ImageLayout> => {
  const data = await bytes();
  try {
    const info = await (await decoder())(data, { limitInputPixels: mostPixels }).metadata();
    const turned = (info.orientation ?? 1) >= 5;
    const [width, height] = turned ? [info.height, info.width] : [info.width, info.height];
    return {
      width,
      height: info.pages ? (info.pageHeight ?? height) : height,
      channels: isGrey(info.space) ? 1 : 3,
    };
  } catch (error) {
    throw unreadable(name, error);
  }
};

/**
 * Decodes a picture as a viewer shows it: turned as its camera says, on white where it is transparent, in sRGB or grey with 8 bits a channel.
 * Without a layout it keeps its size and is grey only if its file is.
 *
 * Throws where it is none, or has more than 100 million pixels.
 */
export const decode = async (
  { name, bytes }: Pick<PictureEntry, "name" | "bytes">,
  layout?: ImageLayout,
  fit: Fit = "cover",
): Promise<Decoded> => {
  const data = await bytes();
  try {
    const { picture, grey, deep, frames } = await upright(data);
    const channels = layout?.channels ?? (grey ? 1 : 3);
    const sized = layout
      ? picture.resize(layout.width, layout.height, { fit, fastShrinkOnLoad: false })
      : picture;
    const { data: raw, info } = await sized
      .toColourspace(channels === 1 ? "b-w" : "srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    return {
      width: info.width,
      height: info.height,
      channels,
      pixels: planar(raw, info.width * info.height, info.channels, channels),
      deep,
      frames,
    };
  } catch (error) {
    throw unreadable(name, error);
  }
};
