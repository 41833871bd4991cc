import type { Batch } from "../data/batches.js";
import type { Dataset, ExampleKind } from "../data/dataset.js";
import { missing } from "../missing.js";
import { requireIds } from "../nn/ids.js";
import type { Network } from "../nn/model.js";
import { requireSameKind } from "./check-data.js";
import type { ColumnKind } from "./given-batch.js";

/** What of a batch has to be looked at although its numbers are of the right types: whose it is, and ids that stand for nothing. */
export class BatchGuard {
  /** Datasets of the right kind. */
  readonly #seen = new WeakSet<Dataset>();

  constructor(
    readonly kind: ExampleKind,
    readonly network: Network,
    readonly columns: readonly ColumnKind[],
  ) {}

  /** Throws where the dataset that a batch is of, if it is of one, has another kind: the numbers are not looked at. */
  requireOwnKind(data: Dataset | undefined): void {
    if (data === undefined || data === this.kind || this.#seen.has(data)) return;
    requireSameKind("the batch's dataset", data, this.kind);
    this.#seen.add(data);
  }

  /** Throws where an id among the numbers of the columns stands for nothing, naming example, position and layer. */
  requireIds(values: readonly ArrayLike<number>[], exampleOf?: (row: number) => number): void {
    if (this.network.ids.length === 0) return;
    const inputs = this.columns.flatMap(({ part, name }, i) =>
      part === "inputs" ? [[name, values[i] ?? missing()] as const] : [],
    );
    requireIds(this.network, Object.fromEntries(inputs), exampleOf);
  }

  /** The same batches. Throws where ids of one stand for nothing. */
  async *withKnownIds(parts: AsyncIterable<Batch>): AsyncGenerator<Batch, void, void> {
    for await (const batch of parts) {
      const values = this.columns.map(({ part, name }) =>
        part === "inputs" ? (batch.inputs[name] ?? missing()) : [],
      );
      this.requireIds(values, (row) => batch.indices[row] ?? missing());
      yield batch;
    }
  }
}
