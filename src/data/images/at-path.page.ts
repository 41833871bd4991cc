import { SteepestError } from "../../errors.js";
import type { Found, SourceOptions } from "./entry.js";

/** A page has no folders of pictures at a path: they are picked or dropped. */
export const picturesAtPath = async (path: string, _options: SourceOptions): Promise<Found> => {
  throw new SteepestError(
    `images: "${path}" is a path, and a page reads no folders by path; give the files that were picked (<input type="file" webkitdirectory multiple>) or dropped`,
  );
};
