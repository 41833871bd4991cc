import type { Wording } from "../../wording.js";
import type { PictureStore } from "./store.js";

/** A picture that is not decoded yet. */
export interface PictureEntry {
  /** Where it is from, as messages name it: a path, or file and row. */
  readonly name: string;
  /** The number of its class. */
  readonly label: number;
  /** The bytes of its file. */
  readonly bytes: () => Promise<Uint8Array>;
}

/** The pictures of one part of a data set. */
export interface PictureList {
  readonly entries: readonly PictureEntry[];
  /** Names of the classes, by number. */
  readonly classes: readonly string[];
}

/** Parts that a collection of pictures can have. */
export const partNames = ["train", "validation", "test"] as const;
export type PartName = (typeof partNames)[number];

/** Pictures with their classes, before anything is decoded. */
export interface PictureSource {
  readonly parts: Readonly<Partial<Record<PartName, PictureList>>>;
  /** Changes where the files do: their names, sizes and dates. */
  readonly identity: readonly string[];
  /** What is to be said of what was found. */
  readonly notes: readonly string[];
  /** Closes files that entries are read from. */
  readonly close: () => Promise<void>;
}

/** What was found: pictures that are files of their own, rows of tables with pictures, or CIFAR's, which need no decoding. */
export type Found =
  | { readonly kind: "pictures" | "tables"; readonly source: PictureSource }
  | {
      readonly kind: "cifar";
      readonly parts: Readonly<Partial<Record<PartName, PictureStore>>>;
      readonly classes: readonly string[];
    };

/** What a reader of pictures is told. */
export interface SourceOptions {
  /** Columns of Parquet files; see `images`. */
  readonly imageColumn?: string;
  readonly labelColumn?: string;
  readonly option: Wording;
}
