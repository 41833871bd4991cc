import { SteepestError } from "../../errors.js";
import { givenText } from "../../given.js";
import { input } from "../../graph/index.js";
import type { Arena, Block } from "../arena.js";
import { compileKernel } from "../kernel/index.js";
import type { Exchange } from "./session.js";

/** The mean gradients of the examples since the last update: a region that the engine writes, and the sum of those before. */
export class MeanGradients {
  /** Examples whose gradients are in it. */
  examples = 0;
  #weight = 0;
  #batches = 0;
  /** Whether there are gradients in the sum, besides those in the region. */
  #summed = false;
  readonly #arena: Arena;
  readonly #region: Block;
  /** `region ← region · factor` */
  readonly #scale: (factor: number) => void;
  /** `sum ← region · weight` */
  readonly #begin: (weight: number) => void;
  /** `sum ← sum + region · weight` */
  readonly #add: (weight: number) => void;
  /** `region ← sum / weight` */
  readonly #divide: (weight: number) => void;

  /** `sum` is touched only where several batches make a step. */
  constructor(arena: Arena, region: Block, sum: Block) {
    this.#arena = arena;
    this.#region = region;
    const [g, s, factor] = [input("g", ["batch"]), input("s", ["batch"]), input("factor", [])];
    const pass = (into: typeof g, value: typeof g) => {
      const kernel = compileKernel({ arrays: [g, s], scalars: [factor], stores: [{ into, value }] });
      const { run } = kernel.bind(arena.memory);
      return (factor: number) => run([region.offset, sum.offset], region.count, [factor]);
    };
    this.#scale = pass(g, g.mul(factor));
    this.#begin = pass(s, g.mul(factor));
    this.#add = pass(s, s.add(g.mul(factor)));
    this.#divide = pass(g, s.div(factor));
  }

  get isEmpty(): boolean {
    return this.#batches === 0;
  }

  /** Whether all examples weigh nothing, so that there is nothing to learn from. */
  get weighsNothing(): boolean {
    return this.#weight === 0;
  }

  /** Before the engine writes the gradients of another batch into the region. */
  makeRoom(): void {
    if (this.weighsNothing || this.#summed) return;
    this.#begin(this.#weight);
    this.#summed = true;
  }

  /** Takes in the mean gradients that were written for a batch. A single batch's stay where they are. */
  add(examples: number, weight: number): void {
    if (this.#summed && weight > 0) this.#add(weight);
    this.#batches += 1;
    this.examples += examples;
    this.#weight += weight;
  }

  /** Brings the mean over all batches into the region. */
  settle(): void {
    if (!this.#summed) return;
    this.#divide(this.#weight);
    this.#summed = false;
  }

  /** The mean over the batches of all processes. */
  async exchange(exchange: Exchange): Promise<void> {
    this.settle();
    if (this.weighsNothing) this.#arena.view(this.#region).fill(0);
    else this.#scale(this.#weight);
    const weight: unknown = await exchange(this.#arena.view(this.#region), this.#weight);
    if (!(typeof weight === "number" && weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
      throw new SteepestError(
        `exchange returned ${givenText(weight)}; return the weight of the examples of all processes together`,
      );
    }
    this.#weight = weight;
    if (weight > 0) this.#scale(1 / weight);
  }

  clear(): void {
    this.examples = 0;
    this.#weight = 0;
    this.#batches = 0;
    this.#summed = false;
  }
}
