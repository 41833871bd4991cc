import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm, statfs, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { SteepestError } from "../../errors.js";
import type { ImageLayout } from "../dataset.js";
import type { DecodedPart, Fill } from "./decoded.js";
import { pictureBytes, storeInFile, storeInMemory } from "./store.js";

/** Sets up to this many bytes are held in memory, larger ones read from their file. */
const heldInMemory = 2 ** 30;

/** Where decoded pictures are kept where no folder is given: what the system has for such files. */
export const usualCacheFolder = (): string => {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  const base =
    XDG_CACHE_HOME ??
    (process.platform === "win32"
      ? (LOCALAPPDATA ?? join(homedir(), "AppData", "Local"))
      : join(homedir(), process.platform === "darwin" ? "Library/Caches" : ".cache"));
  return join(base, "steepest", "pictures");
};

/** The name under which pictures are kept: another where the files or what is done to them changed. */
export const cacheKey = (identity: readonly string[], options: unknown): string =>
  createHash("sha256")
    .update(JSON.stringify(["decoded 1", identity, options]))
    .digest("hex")
    .slice(0, 32);

const descriptionSchema = z.object({
  width: z.int().positive(),
  height: z.int().positive(),
  channels: z.union([z.literal(1), z.literal(3)]),
  /** Of the file of pixels. */
  sha256: z.string(),
  labels: z.array(z.int().nonnegative()),
  notes: z.array(z.string()),
});

/** What is kept beside the pixels. */
type Description = z.infer<typeof descriptionSchema>;

const pixelsPath = (base: string) => `${base}.pixels`;
const descriptionPath = (base: string) => `${base}.json`;

/** A part from its files. Throws where these are not what was written. */
const openPart = async (base: string): Promise<DecodedPart & { readonly close: () => Promise<void> }> => {
  const description = descriptionSchema.parse(JSON.parse(await readFile(descriptionPath(base), "utf8")));
  const layout: ImageLayout = description;
  const labels = Int32Array.from(description.labels);
  const bytes = pictureBytes(layout) * labels.length;
  const file = await open(pixelsPath(base));
  try {
    if ((await file.stat()).size !== bytes) throw new SteepestError(`${pixelsPath(base)} has another length`);
    const inMemory = bytes <= heldInMemory;
    const pixels = new Uint8Array(inMemory ? bytes : Math.min(bytes, 2 ** 24));
    const hash = createHash("sha256");
    for (let done = 0; done < bytes; ) {
      const into = inMemory ? pixels.subarray(done, done + 2 ** 24) : pixels;
      const { bytesRead } = await file.read(into, 0, Math.min(into.length, bytes - done), done);
      if (bytesRead === 0) throw new SteepestError(`${pixelsPath(base)} ends early`);
      hash.update(into.subarray(0, bytesRead));
      done += bytesRead;
    }
    if (hash.digest("hex") !== description.sha256) throw new SteepestError(`${pixelsPath(base)} is damaged`);
    const { notes } = description;
    if (!inMemory) return { store: storeInFile(layout, labels, file), notes, close: () => file.close() };
    await file.close();
    return { store: storeInMemory(layout, labels, pixels), notes, close: async () => {} };
  } catch (error) {
    await file.close();
    throw error;
  }
};

/** A part that is kept, or undefined where it is not, or is damaged. */
export const keptPart = async (base: string) => openPart(base).catch(() => undefined);

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;

/** Throws where a folder has no room for so many bytes, before any work is done. */
const requireRoom = async (folder: string, bytes: number): Promise<void> => {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize > bytes) return;
  throw new SteepestError(
    `${folder}: no room for ${megabytes(bytes)} of decoded pictures, ${megabytes(bavail * bsize)} are free; make room, or ask for smaller pictures`,
  );
};

/**
 * Decodes a part into its files and opens it. They are written beside their places and renamed when whole: nothing is left where it fails
 * or is ended.
 */
export const writePart = async (
  base: string,
  folder: string,
  layout: ImageLayout,
  count: number,
  fill: Fill,
) => {
  await mkdir(folder, { recursive: true });
  await requireRoom(folder, pictureBytes(layout) * count);
  const beside = `${pixelsPath(base)}.${randomUUID()}.part`;
  try {
    const file = await open(beside, "w");
    const hash = createHash("sha256");
    let description: Description;
    try {
      const { labels, notes } = await fill(async (pixels) => {
        hash.update(pixels);
        await file.writeFile(pixels);
      });
      const { width, height, channels } = layout;
      description = {
        width,
        height,
        channels: channels === 1 ? 1 : 3,
        sha256: hash.digest("hex"),
        labels: [...labels],
        notes: [...notes],
      };
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, pixelsPath(base));
    await writeFile(`${beside}.json`, JSON.stringify(description));
    await rename(`${beside}.json`, descriptionPath(base));
  } catch (error) {
    await rm(beside, { force: true });
    await rm(`${beside}.json`, { force: true });
    throw error;
  }
  return openPart(base);
};
