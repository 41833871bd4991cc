import { missing } from "../../missing.js";
import type { BatchScores, Totals } from "./session.js";

const nothing: Totals = { examples: 0, weight: 0, loss: 0, metrics: {} };

/** Sums of the scores of batches, as the engine writes them. */
export class RunningTotals {
  #examples = 0;
  #weight = 0;
  #loss = 0;
  readonly #sums: Float64Array;
  readonly #metrics: readonly (readonly [name: string, value: Float32Array])[];
  readonly #lossOfBatch: Float32Array;

  /** `scalars` holds the loss and the metrics of the last batch. */
  constructor(loss: Float32Array, metrics: Readonly<Record<string, Float32Array>>) {
    this.#lossOfBatch = loss;
    this.#metrics = Object.entries(metrics);
    this.#sums = new Float64Array(this.#metrics.length);
  }

  /** Takes in the batch whose scores were written last. */
  add(examples: number, weight: number): void {
    this.#examples += examples;
    this.#weight += weight;
    this.#loss += weight * (this.#lossOfBatch[0] ?? missing());
    for (let i = 0; i < this.#sums.length; i++) {
      this.#sums[i] = (this.#sums[i] ?? missing()) + (this.#metrics[i]?.[1][0] ?? missing());
    }
  }

  get last(): BatchScores {
    const metrics = this.#metrics.map(([name, value]) => [name, value[0] ?? missing()] as const);
    return { loss: this.#lossOfBatch[0] ?? missing(), metrics: Object.fromEntries(metrics) };
  }

  get totals(): Totals {
    const metrics = this.#metrics.map(([name], i) => [name, this.#sums[i] ?? missing()] as const);
    return {
      examples: this.#examples,
      weight: this.#weight,
      loss: this.#loss,
      metrics: Object.fromEntries(metrics),
    };
  }

  reset({ examples, weight, loss, metrics }: Totals = nothing): void {
    this.#examples = examples;
    this.#weight = weight;
    this.#loss = loss;
    this.#metrics.forEach(([name], i) => {
      this.#sums[i] = metrics[name] ?? 0;
    });
  }
}
