/** What a page of Steepest is to train, and for how long. */
export interface PageJob {
  readonly network: "dense" | "lenet5";
  readonly batch: number;
  readonly threads: number;
  readonly steps: number;
  readonly warmup: number;
  readonly seconds: number;
}

/** Times of a step in milliseconds. */
export interface PageTimes {
  readonly variant: string;
  readonly stepMs: number;
  readonly minMs: number;
  readonly steps: number;
  readonly loss: readonly [first: number, last: number];
}
