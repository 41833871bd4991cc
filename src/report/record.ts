import type { ImageLayout } from "../data/dataset.js";
import type { RegionGrid } from "../figures/region-grid.js";
import type { TableRecord } from "./table-record.js";

/** Loss and error on one part of the data. */
export interface Score {
  readonly loss: number;
  /** Share of wrong answers, 0 to 1; absent for regression. */
  readonly error?: number | undefined;
  /** Number of examples it was measured on. */
  readonly examples?: number | undefined;
}

/** What was measured in one pass over the training data. Errors are shares, 0 to 1. */
export interface EpochRecord {
  /** 1 for the first. */
  readonly epoch: number;
  readonly trainLoss: number;
  readonly trainError?: number | undefined;
  readonly validationLoss?: number | undefined;
  readonly validationError?: number | undefined;
  /** Of its last update; absent where the update rule has none. */
  readonly learningRate?: number | undefined;
  /** Largest eigenvalue of the loss's Hessian, at the epochs where it was measured. */
  readonly sharpness?: number | undefined;
  readonly samplesPerSecond: number;
  /** Since training began. */
  readonly seconds: number;
}

/** One trainable array of a model. */
export interface ParameterRecord {
  readonly name: string;
  readonly shape: readonly number[];
  readonly count: number;
}

/** A test example that the model got wrong. */
export interface Mistake {
  /** Values 0 to 255, channel by channel, rows from the top. */
  readonly pixels: ArrayLike<number>;
  readonly layout: ImageLayout;
  readonly truth: string;
  readonly predicted: string;
  /** Probability the model gave to its wrong answer, 0 to 1. */
  readonly probability: number;
}

/** Numbers that are drawn as a picture, channel by channel, rows from the top. */
export interface PlaneRecord {
  readonly values: ArrayLike<number>;
  readonly layout: ImageLayout;
}

/** What can be seen of a network for pictures. */
export interface InsightRecord {
  /** The weights of its first layer, by filter or by unit. */
  readonly filters?:
    | {
        readonly layer: string;
        readonly kind: "filters" | "units";
        /** How many there are, of which these are some. */
        readonly of: number;
        readonly pictures: readonly PlaneRecord[];
      }
    | undefined;
  /** Some test examples (values 0 to 255) with the network's answer. */
  readonly answers: readonly (PlaneRecord & {
    readonly truth: string;
    readonly predicted: string;
    readonly probability: number;
    /** How much the score of the answer changes with each pixel, |∂score/∂pixel|. */
    readonly saliency: PlaneRecord;
    /** What the first convolutions make of it, by channel. */
    readonly maps: readonly {
      readonly layer: string;
      readonly of: number;
      readonly pictures: readonly PlaneRecord[];
    }[];
  })[];
  /** Training pictures (values 0 to 255), and what augmentation made of each in the first epochs. */
  readonly augmented?:
    | readonly { readonly original: PlaneRecord; readonly versions: readonly PlaneRecord[] }[]
    | undefined;
}

/** What simpler models reach on the test examples that the network was measured on. */
export interface BesideRecord {
  readonly rows: number;
  /** Errors are shares; others are in the target's units. */
  readonly measure: "error" | "root-mean-square error";
  /** How wrong each is, with its 95 % interval. */
  readonly models: readonly {
    readonly name: string;
    readonly value: number;
    readonly low: number;
    readonly high: number;
  }[];
  /** What that comes to. */
  readonly sentence: string;
}

/** A finished run of training as plain data. Every optional part that is absent leaves out its section of the report. */
export interface RunRecord {
  readonly title: string;
  /** Times as ISO 8601: `new Date().toISOString()`. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** Software and engine with their versions, in the order to show them. */
  readonly versions: Readonly<Record<string, string>>;
  readonly configuration: Readonly<Record<string, string | number | boolean>>;
  /** What the loss is called: `cross-entropy`, `mean squared error`. */
  readonly lossName?: string | undefined;
  readonly parameters: readonly ParameterRecord[];
  readonly epochs: readonly EpochRecord[];
  readonly results: {
    readonly train?: Score | undefined;
    readonly validation?: Score | undefined;
    readonly test?: Score | undefined;
  };
  /**
   * The epoch whose weights were kept: results, pictures and the saved model are of them. The last epoch's where it is left
   * out.
   */
  readonly bestEpoch?: number | undefined;
  /** Where training diverged: what happened. The head of the report then says so in place of a result. */
  readonly diverged?: string | undefined;
  /** Why training ended: `all 20 epochs done`, `no improvement for 5 epochs`. */
  readonly stopReason?: string | undefined;
  /** `counts[truth][predicted]` on the test data. */
  readonly confusion?:
    | {
        readonly classes: readonly string[];
        readonly counts: readonly (readonly number[])[];
        /** Of the pairs that are confused most often, the example that was answered wrongly with the most confidence. */
        readonly examples?: readonly (PlaneRecord & { readonly truth: number; readonly predicted: number })[];
      }
    | undefined;
  /** Worst first; the first 30 are shown. */
  readonly mistakes?: readonly Mistake[] | undefined;
  /** For networks that answer about pictures. */
  readonly insight?: InsightRecord | undefined;
  /** For regression: predicted and true values of the test examples. */
  readonly predictions?:
    | {
        readonly truth: ArrayLike<number>;
        readonly predicted: ArrayLike<number>;
        /** Numbers per example, which follow each other; 1 by default. */
        readonly size?: number | undefined;
        /** What the values are, with their unit. */
        readonly label?: string | undefined;
      }
    | undefined;
  /** Simpler models on the same examples. */
  readonly beside?: BesideRecord | undefined;
  /** What the model makes of the rows of a table that were set aside. */
  readonly table?: TableRecord | undefined;
  /** For classifiers of two inputs: the answer on a grid, and test examples. */
  readonly regions?:
    | {
        readonly grid: RegionGrid;
        readonly classes: readonly string[];
        readonly points: readonly { readonly at: readonly [number, number]; readonly truth: number }[];
      }
    | undefined;
  /** Files beside the report, linked by their relative paths. */
  readonly files?: readonly { readonly path: string; readonly what: string }[] | undefined;
  /** A command line that uses the model next. */
  readonly nextCommand?: string | undefined;
}

/** One learning rate of a learning-rate range test. */
export interface RatePoint {
  readonly learningRate: number;
  /** Mean of the batch losses at this step. */
  readonly loss: number;
  /** The same, smoothed over neighbouring steps. */
  readonly smoothed: number;
}

/** What a learning-rate range test measured. */
export interface RateTest {
  /** From the smallest rate to the last before divergence. */
  readonly points: readonly RatePoint[];
  /** Whether the loss rose so far, or stopped being finite, that the test ended before the last rate. */
  readonly diverged: boolean;
  /** The rate with the lowest smoothed loss. */
  readonly lowest: RatePoint;
  /** The rate at which the smoothed loss falls fastest per decade. */
  readonly steepest: RatePoint;
  /** One tenth of the rate with the lowest smoothed loss. */
  readonly suggestion: number;
}
