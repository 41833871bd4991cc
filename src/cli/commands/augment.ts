import { readFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { Command, Option } from "commander";
import { z } from "zod";
import * as augment from "../../augment/index.js";
import { decode } from "../../data/images/decode.js";
import { fileBytes } from "../../data/picture.js";
import { SteepestError, UsageError } from "../../errors.js";
import { requireWritable, writeFileSafely } from "../../files.js";
import { number } from "../../report/format.js";
import { chainOf } from "../../train/augment.js";
import { contactSheet, type SheetPicture } from "../contact-sheet.js";
import { place, seed, whole } from "../options.js";
import { say, sayJson } from "../output.js";
import { pictureFiles } from "../picture-files.js";
import { loadFile } from "../recipe-file.js";

interface AugmentOptions {
  readonly recipe?: string;
  readonly count: number;
  readonly pictures: number;
  readonly seed: number;
  readonly tile: number;
  readonly replay?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** Without a recipe: what most photographs bear. */
const usual = ({ width, height }: augment.Size): augment.Augmentation =>
  augment.augmentation(
    [
      augment.flipHorizontally(),
      augment.randomResizedCrop({ size: { width, height }, area: [0.35, 1] }),
      augment.rotate(),
      augment.colourJitter({ saturation: 0.4 }),
    ],
    { border: "reflect" },
  );

/** The chain that a file exports: a list of transformations, an augmentation, or a recipe with one. */
const chainFrom = async (file: string): Promise<augment.Augmentation> => {
  const { value, explain } = await loadFile(file);
  const found: unknown = value instanceof Object && "augment" in value ? value.augment : value;
  if (Array.isArray(found) || found instanceof augment.Augmentation) {
    try {
      return chainOf(found);
    } catch (error) {
      throw explain(error);
    }
  }
  throw new SteepestError(
    `${file}: it exports no transformations; end it with \`export default [augment.flipHorizontally(), …]\`, or export a recipe that has \`augment\``,
  );
};

const drawnSchema = z.object({
  versions: z.array(
    z.object({
      picture: z.string(),
      epoch: z.number(),
      drawn: z.array(
        z.object({ at: z.number(), name: z.string(), parameters: z.record(z.string(), z.unknown()) }),
      ),
    }),
  ),
});

/** One version of a picture. */
interface Version {
  readonly picture: string;
  readonly epoch: number;
  readonly drawn: readonly augment.Drawn[];
}

/** What was drawn earlier, from what `--json` printed. */
const drawnIn = async (file: string): Promise<readonly Version[]> => {
  const text = await readFile(file, "utf8").catch(() => {
    throw new SteepestError(`--replay ${file}: no such file`);
  });
  try {
    return drawnSchema.parse(JSON.parse(text)).versions as Version[];
  } catch (error) {
    throw new SteepestError(`--replay ${file}: not what \`steepest augment --json\` prints`, {
      cause: error,
    });
  }
};

const valueText = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(valueText).join(", ")}]`;
  if (typeof value !== "number") return JSON.stringify(value);
  return Number.isInteger(value) ? String(value) : number(value);
};

const drawnText = (drawn: readonly augment.Drawn[]): string =>
  drawn
    .map(({ name, parameters }) =>
      [name, ...Object.entries(parameters).map(([key, value]) => `${key} ${valueText(value)}`)].join(" "),
    )
    .join("; ") || "left as it is";

/** Where a sheet goes that nobody named a place for. */
const sheetFor = (files: readonly string[]): string => {
  const [first = "pictures"] = files;
  return `${basename(first, extname(first))}-augmented.png`;
};

const run = async (names: readonly string[], options: AugmentOptions): Promise<void> => {
  const { json = false, count, tile, replay } = options;
  const found = await pictureFiles(names, options.pictures);
  const files = found.files.map(({ path }) => path);
  const out = options.out ?? sheetFor(files);
  await requireWritable(join(out, ".."));
  const own = options.recipe === undefined ? undefined : await chainFrom(options.recipe);
  const before = replay === undefined ? undefined : await drawnIn(replay);
  const versions: Version[] = [];
  const rows: SheetPicture[][] = [];
  for (const [index, file] of files.entries()) {
    const decoded = await decode({ name: file, bytes: () => fileBytes(file) });
    const { width, height, channels, pixels } = decoded;
    const picture: augment.Picture = { width, height, channels, pixels };
    const chain = own ?? usual(picture);
    const wanted = before?.filter((each) => each.picture === file);
    if (wanted?.length === 0) {
      throw new SteepestError(`--replay ${replay}: nothing was drawn for ${file} in it`);
    }
    say(`${file}: ${width} x ${height}, ${channels === 1 ? "grey" : "colour"}`, json);
    const row: SheetPicture[] = [{ picture, caption: basename(file) }];
    for (let i = 0; i < (wanted?.length ?? count); i++) {
      const { epoch, drawn: again } = wanted?.[i] ?? { epoch: i, drawn: undefined };
      const made = again
        ? { picture: chain.replay(picture, again), drawn: again }
        : chain.apply(picture, { seed: options.seed, epoch, index });
      row.push({
        picture: { ...made.picture, pixels: made.picture.pixels.slice() },
        caption: `epoch ${epoch}`,
      });
      versions.push({ picture: file, epoch, drawn: made.drawn });
      say(`  epoch ${String(epoch).padStart(2)}  ${drawnText(made.drawn)}`, json);
    }
    // A long row is broken, its later lines beginning under the first version.
    const perLine = 6;
    for (let start = 0; start < row.length; start += perLine) rows.push(row.slice(start, start + perLine));
  }
  await writeFileSafely(out, await contactSheet(rows, tile));
  say(`\nsheet   ${out}`, json);
  if (json) sayJson({ sheet: out, seed: options.seed, recipe: options.recipe ?? "default", versions });
};

export const augmentCommand = (): Command =>
  new Command("augment")
    .description(
      "Changes pictures as they would be changed in training, epoch by epoch, writes a contact sheet with the originals first, and prints what was drawn for each.\n\nWithout --recipe: mirrored, a random part in the full size, turned, other colours.",
    )
    .argument("<pictures...>", "picture files, or folders of them")
    .option(
      "--recipe <file>",
      "a TypeScript or JavaScript file that exports transformations, an augmentation, or a recipe that has `augment`",
    )
    .option("--count <n>", "versions of each picture: those of the first n epochs", whole, 11)
    .option("--pictures <n>", "how many pictures of a folder", whole, 4)
    .option("--seed <n>", "what is drawn follows from it, the epoch and the number of the picture", seed, 0)
    .option("--replay <file>", "does again what --json printed into that file")
    .addOption(new Option("--tile <pixels>", "side of a picture on the sheet").argParser(whole).default(160))
    .option("--out <file>", "the sheet (default: <picture>-augmented.png)", place)
    .option("--json", "text on the error stream, and one line of JSON as the output")
    .addHelpText(
      "after",
      `
Examples:
  steepest augment photo.jpg
  steepest augment photos --recipe recipe.ts --count 5
  steepest augment photo.jpg --json > drawn.json && steepest augment photo.jpg --replay drawn.json`,
    )
    .action((pictures: string[], options: AugmentOptions) => {
      if (options.tile > 1024) throw new UsageError(`--tile ${options.tile}: give at most 1024 pixels`);
      return run(pictures, options);
    });
