import { mostPixels } from "./picture-file.js";

/** What decodes pictures, without a cache of its own. */
export const decoder = async () => {
  const { default: sharp } = await import("sharp");
  sharp.cache(false);
  return sharp;
};

/** A picture as a viewer shows it: turned as its camera says, on white where it is transparent; and what its file says of itself. */
export const upright = async (data: Uint8Array) => {
  const sharp = await decoder();
  const file = sharp(data, { limitInputPixels: mostPixels, failOn: "error" });
  const { space, depth, pages = 1 } = await file.metadata();
  return {
    picture: file.rotate().flatten({ background: "white" }),
    grey: isGrey(space),
    deep: depth !== "uchar",
    frames: pages,
  };
};

export const isGrey = (space: string | undefined): boolean => space === "b-w" || space === "grey16";
