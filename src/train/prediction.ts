import { SteepestError } from "../errors.js";

/** What a network answers: an array of numbers with its shape, whose first axis is the examples. */
export class Prediction {
  constructor(
    readonly data: Float32Array,
    readonly shape: readonly number[],
  ) {}

  /** The numbers of one example. Throws where there is no such example. */
  row(example: number): Float32Array {
    const [examples = 0] = this.shape;
    if (!(Number.isInteger(example) && example >= 0 && example < examples)) {
      throw new SteepestError(`row ${example} was asked for; there are ${examples}, from 0`);
    }
    const width = this.data.length / examples;
    return this.data.subarray(width * example, width * (example + 1));
  }

  /** The place of the largest number along the last axis, in row-major order: the class that each example is taken for. */
  argMax(): number[] {
    const width = this.shape.at(-1) ?? 1;
    return Array.from({ length: this.data.length / width }, (_, row) => {
      const numbers = this.data.subarray(row * width, (row + 1) * width);
      return numbers.reduce((best, value, i) => (value > (numbers[best] ?? Number.NaN) ? i : best), 0);
    });
  }
}
