import type { Dataset } from "../../data/dataset.js";
import { digits } from "../../data/digits.js";
import { mnist } from "../../data/mnist.js";
import { blobs, circles, moons, spirals } from "../../data/toys.js";
import { UsageError } from "../../errors.js";
import type { ViewsOptions } from "../../nn/index.js";
import type { Splits } from "../../train/options.js";
import type { AugmentationName } from "./augmentations.js";
import type { ModelName } from "./models.js";
import { pictureTasks } from "./pictures.js";

/** What a task is trained with where the command line says nothing else. */
export interface TaskDefaults {
  /** A network for pictures. @defaultValue a dense one */
  readonly model?: ModelName;
  /** Units of the hidden layers of a dense network. */
  readonly hidden?: readonly number[];
  /** As `--keep`. */
  readonly keep?: string;
  readonly augment?: AugmentationName;
  /** The views of a picture over which a network answers, in place of those that suit it elsewhere. */
  readonly views?: ViewsOptions;
  readonly epochs: number;
  readonly batchSize: number;
  /** Share or number of training examples set aside for validation. */
  readonly validation: number;
}

/** What a task is told of where its data are and what they should be. */
export interface LoadOptions {
  readonly data?: string;
  readonly seed: number;
  readonly size?: number;
  readonly onBad?: "refuse" | "skip";
  readonly imageColumn?: string;
  readonly labelColumn?: string;
}

/** The data of a task. */
export interface Loaded {
  readonly data: Splits;
  /** What was decided about them, in words. */
  readonly notes?: readonly string[];
  /** Closes files that they are read from. */
  readonly close?: () => Promise<void>;
}

/** A dataset that the command line knows by name, and what suits it. */
export interface Task {
  readonly name: string;
  readonly describe: string;
  /** Whether `--data` says something to it. */
  readonly takesData: boolean;
  /** Whether it reads pictures of any size. */
  readonly readsPictures?: boolean;
  readonly load: (options: LoadOptions) => Promise<Loaded>;
  /** Chosen once, or from the data. */
  readonly defaults: TaskDefaults | ((data: Splits) => Promise<TaskDefaults>);
}

export const defaultsFor = async ({ defaults }: Task, data: Splits): Promise<TaskDefaults> =>
  typeof defaults === "function" ? defaults(data) : defaults;

const toys: Readonly<Record<string, (options: { n: number; seed: number }) => Dataset>> = {
  moons,
  circles,
  spirals,
  blobs,
};

export const tasks: readonly Task[] = [
  {
    name: "digits",
    describe: "12,000 handwritten-like digits drawn by a generator that is part of Steepest",
    takesData: false,
    load: async () => ({ data: digits({ train: 12_000, test: 2_000 }) }),
    defaults: { hidden: [512, 512], keep: "0.8", epochs: 10, batchSize: 128, validation: 2000 },
  },
  {
    name: "mnist",
    describe: "the MNIST digits; --data names the folder with the four IDX files",
    takesData: true,
    load: async ({ data }) => {
      if (data === undefined) {
        throw new UsageError(
          "mnist needs --data: the folder that holds train-images-idx3-ubyte.gz and its siblings",
        );
      }
      return { data: await mnist(data) };
    },
    defaults: { hidden: [512, 512], keep: "1", epochs: 5, batchSize: 128, validation: 5000 },
  },
  {
    name: "toy",
    describe: `points in the plane; --data chooses ${Object.keys(toys).join(", ")}`,
    takesData: true,
    load: async ({ data = "moons", seed }) => {
      const make = toys[data];
      if (make === undefined) {
        throw new UsageError(
          `--data ${data}: no such toy problem; there are ${Object.keys(toys).join(", ")}`,
        );
      }
      // The test points come from a seed of their own, far from any that a person would choose.
      const test = make({ n: 1000, seed: (seed ^ 0x5eed_0000) >>> 0 });
      return { data: { train: make({ n: 1000, seed }), test } };
    },
    defaults: { hidden: [32, 32], keep: "1", epochs: 60, batchSize: 32, validation: 200 },
  },
  ...pictureTasks,
];

/** The tasks as the help of a command lists them. */
export const taskHelp = (): string =>
  `Tasks:\n${tasks.map(({ name, describe }) => `  ${name.padEnd(8)} ${describe}`).join("\n")}`;

const told = {
  layers: ({ hidden }) => hidden?.join(","),
  keep: ({ keep }) => keep,
  model: ({ model }) => model,
  epochs: ({ epochs }) => epochs,
  "batch-size": ({ batchSize }) => batchSize,
} as const satisfies Readonly<Record<string, (defaults: TaskDefaults) => string | number | undefined>>;

/** What the tasks set where these options are not given, as the help of a command lists it. */
export const defaultsHelp = (...options: readonly (keyof typeof told)[]): string =>
  `Defaults:\n${tasks
    .map(({ name, defaults }) => {
      if (typeof defaults === "function") return `  ${name.padEnd(8)} chosen from the pictures, and said`;
      const known = options.flatMap((option) => {
        const value = told[option](defaults);
        return value === undefined ? [] : [`--${option} ${value}`];
      });
      return `  ${name.padEnd(8)} ${known.join(" ")}`;
    })
    .join("\n")}\n  file.ts  what the recipe says, else what \`fit\` does: 10 epochs, batches of 128`;
