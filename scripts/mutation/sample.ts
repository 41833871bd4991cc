import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { missing } from "../../src/missing.js";
import { random } from "../../src/random/random.js";
import { type Mistake, mistakesIn } from "./mutators.js";
import { parse, type Source } from "./source.js";
import { root } from "./tests.js";

export const folders = [
  "graph",
  "optim",
  "engine/kernel",
  "nn",
  "theory",
  "linear",
  "onnx/import",
  "data",
] as const;

export type Folder = (typeof folders)[number];

/** A mistake and where it is. */
export interface Mutant extends Mistake {
  readonly folder: Folder;
  readonly file: string;
  readonly line: number;
  /** What stands there. */
  readonly original: string;
}

export const sourcesIn = (folder: Folder): Source[] =>
  readdirSync(join(root, "src", folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .sort()
    .map((path) => {
      const file = `src/${folder}/${path}`;
      return parse(file, readFileSync(join(root, file), "utf8"));
    });

const mutantsOf = (folder: Folder, isChosen: (file: string) => boolean): Mutant[] =>
  sourcesIn(folder)
    .filter(({ file }) => isChosen(file))
    .flatMap((source) =>
      mistakesIn(source).map((mistake) => ({
        ...mistake,
        folder,
        file: source.file,
        line: source.text.slice(0, mistake.start).split("\n").length,
        original: source.text.slice(mistake.start, mistake.end),
      })),
    );

/**
 * Mutants of all folders, or of those of their files that are chosen; of each folder as many as its share of all, in random order,
 * so that the first of them are a sample too; the same for the same sources and seed.
 */
export const sampleMutants = (
  count: number,
  seed: number,
  isChosen: (file: string) => boolean = () => true,
): Mutant[] => {
  const all = folders.map((folder) => ({ folder, mutants: mutantsOf(folder, isChosen) }));
  const total = all.reduce((sum, { mutants }) => sum + mutants.length, 0);
  const drawn = all.flatMap(({ folder, mutants }) => {
    const stream = random(seed, `mutants of ${folder}`);
    const places = stream
      .permutation(mutants.length)
      .subarray(0, Math.ceil((count * mutants.length) / total));
    return Array.from(places, (place) => mutants[place] ?? missing());
  });
  return Array.from(random(seed, "order of mutants").permutation(drawn.length), (i) => drawn[i] ?? missing());
};
