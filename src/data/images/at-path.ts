import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { SteepestError } from "../../errors.js";
import { shown } from "../../shown.js";
import { cifarFolder, cifarTar } from "./cifar.js";
import type { Found, PictureSource, SourceOptions } from "./entry.js";
import { pictureParquet } from "./parquet.js";

/** What a path holds. */
export const picturesAtPath = async (path: string, options: SourceOptions): Promise<Found> => {
  const found = await stat(path).catch(() => {
    throw new SteepestError(
      `${path}: no such file or folder; give a folder of pictures, a Parquet, ZIP or tar file`,
    );
  });
  if (found.isDirectory()) {
    const names = (await readdir(path)).sort();
    for (const inside of [path, join(path, "cifar-10-batches-bin"), join(path, "cifar-100-binary")]) {
      const cifar =
        inside === path || names.some((name) => join(path, name) === inside)
          ? await cifarFolder(inside)
          : undefined;
      if (cifar) return { kind: "cifar", ...cifar } as const;
    }
    for (const folder of [path, join(path, "data")]) {
      const files = await readdir(folder).catch(() => []);
      const tables = files.filter((name) => name.endsWith(".parquet")).sort();
      if (tables.length > 0) {
        return {
          kind: "tables",
          source: await pictureParquet(
            tables.map((name) => join(folder, name)),
            options,
          ),
        } as const;
      }
    }
    const { pictureFolder } = await import("./folder.js");
    return { kind: "pictures", source: await pictureFolder(path) } as const;
  }
  const file = await open(path);
  const head = Buffer.alloc(262);
  await file.read(head, 0, head.length, 0);
  await file.close();
  const begins = (text: string) => head.toString("latin1", 0, text.length) === text;
  const picturesOf = async (read: Promise<PictureSource>) =>
    ({ kind: "pictures", source: await read }) as const;
  if (begins("PAR1")) return { kind: "tables", source: await pictureParquet([path], options) } as const;
  if (begins("PK\x03\x04") || begins("PK\x05\x06"))
    return picturesOf((await import("./zip.js")).pictureZip(path));
  if (begins("\x1f\x8b") || head.toString("latin1", 257, 262) === "ustar") {
    const cifar = await cifarTar(path);
    if (cifar) return { kind: "cifar", ...cifar } as const;
    return picturesOf((await import("./tar.js")).pictureTar(path));
  }
  throw new SteepestError(
    `${path}: neither a folder of pictures nor a Parquet, ZIP or tar file (it begins with ${shown(head.toString("latin1", 0, 4))})`,
  );
};
