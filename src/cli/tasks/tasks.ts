import type { Dataset } from "../../data/dataset.js";
import { digits } from "../../data/digits.js";
import { mnist } from "../../data/mnist.js";
import { blobs, circles, moons, spirals } from "../../data/toys.js";
import { UsageError } from "../../errors.js";
import type { Splits } from "../../train/options.js";

/** A dataset that the command line knows by name, and what suits it. */
export interface Task {
  readonly name: string;
  readonly describe: string;
  /** Whether `--data` says something to it. */
  readonly takesData: boolean;
  readonly load: (options: { readonly data?: string; readonly seed: number }) => Promise<Splits>;
  readonly hidden: readonly number[];
  /** As `--keep`. */
  readonly keep: string;
  readonly epochs: number;
  readonly batchSize: number;
  /** Share or number of training examples set aside for validation. */
  readonly validation: number;
}

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
    load: async () => digits({ train: 12_000, test: 2_000 }),
    hidden: [512, 512],
    keep: "0.8",
    epochs: 10,
    batchSize: 128,
    validation: 2000,
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
      return mnist(data);
    },
    hidden: [512, 512],
    keep: "1",
    epochs: 5,
    batchSize: 128,
    validation: 5000,
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
      return { train: make({ n: 1000, seed }), test: make({ n: 1000, seed: (seed ^ 0x5eed_0000) >>> 0 }) };
    },
    hidden: [32, 32],
    keep: "1",
    epochs: 60,
    batchSize: 32,
    validation: 200,
  },
];

/** The tasks as the help of a command lists them. */
export const taskHelp = (): string =>
  `Tasks:\n${tasks.map(({ name, describe }) => `  ${name.padEnd(8)} ${describe}`).join("\n")}`;

const defaults = {
  layers: ({ hidden }) => hidden.join(","),
  keep: ({ keep }) => keep,
  epochs: ({ epochs }) => epochs,
  "batch-size": ({ batchSize }) => batchSize,
} as const satisfies Readonly<Record<string, (task: Task) => string | number>>;

/** What the tasks set where these options are not given, as the help of a command lists it. */
export const defaultsHelp = (...options: readonly (keyof typeof defaults)[]): string =>
  `Defaults:\n${tasks
    .map(
      (task) =>
        `  ${task.name.padEnd(8)} ${options.map((name) => `--${name} ${defaults[name](task)}`).join(" ")}`,
    )
    .join("\n")}\n  file.ts  what the recipe says, else what \`fit\` does: 10 epochs, batches of 128`;
