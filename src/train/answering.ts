import type { Columns, ExampleKind } from "../data/dataset.js";
import type { AttachedProgram, TrainingSession } from "../engine/training/session.js";
import type { Tensor } from "../graph/index.js";
import { missing } from "../missing.js";
import { requireIds } from "../nn/ids.js";
import type { Network } from "../nn/model.js";
import { type AveragedAnswers, Moments } from "./averaging.js";
import { answerOutputs } from "./evaluate.js";
import { batchReader, type GivenColumns, inputColumns } from "./given-batch.js";
import { numbersOf, partsOf, Rows } from "./parts.js";
import { Prediction } from "./prediction.js";

/** A network in use that answers inputs as they are given. */
export class Answering {
  readonly #network: Network;
  readonly #kind: ExampleKind;
  readonly #answers: Readonly<Record<string, Tensor>>;
  readonly #program: AttachedProgram;

  private constructor(
    network: Network,
    kind: ExampleKind,
    answers: Readonly<Record<string, Tensor>>,
    program: AttachedProgram,
  ) {
    this.#network = network;
    this.#kind = kind;
    this.#answers = answers;
    this.#program = program;
  }

  /** Compiles the answers of a network over the weights that a session holds. */
  static async of(
    session: TrainingSession,
    network: Network,
    answers: Readonly<Record<string, Tensor>>,
    kind: ExampleKind,
  ): Promise<Answering> {
    const { inputs, draws } = network;
    const outputs = answerOutputs(answers);
    const program = await session.attach({ inputs: Object.values(inputs), draws, outputs });
    return new Answering(network, kind, answers, program);
  }

  /** What the network answers, by output. */
  async predict(inputs: GivenColumns): Promise<Record<string, Prediction>> {
    const { plain = missing() } = await this.#inParts("predict", inputs, async (fed, add) => {
      const outputs = await this.#program.run(fed);
      for (const name of Object.keys(this.#answers)) add("plain", name, numbersOf(outputs, `answer ${name}`));
    });
    return plain;
  }

  /** Mean and spread of what it answers with fresh draws, by output. */
  async averaged(inputs: GivenColumns, samples: number): Promise<Record<string, AveragedAnswers>> {
    let draw = 0;
    const { mean, spread } = await this.#inParts("predictAveraged", inputs, async (fed, add) => {
      const moments = new Map<string, Moments>();
      for (let sample = 0; sample < samples; sample++) {
        const outputs = await this.#program.run(fed, draw++);
        for (const name of Object.keys(this.#answers)) {
          const values = numbersOf(outputs, `answer ${name}`);
          const known = moments.get(name);
          if (known) known.add(values);
          else moments.set(name, new Moments(values));
        }
      }
      for (const [name, { mean, spread }] of moments) {
        add("mean", name, mean);
        add("spread", name, spread);
      }
    });
    return Object.fromEntries(
      Object.keys(this.#answers).map((name) => [
        name,
        { mean: mean?.[name] ?? missing(), spread: spread?.[name] ?? missing() },
      ]),
    );
  }

  /** Answers inputs part by part, and puts together what is added for each output under some words. */
  async #inParts(
    where: string,
    inputs: GivenColumns,
    answer: (
      fed: Columns,
      add: (word: string, output: string, values: ArrayLike<number>) => void,
    ) => Promise<void>,
  ): Promise<Record<string, Record<string, Prediction>>> {
    const columns = inputColumns(this.#kind);
    const batch = batchReader(where, columns, { trusted: false })({ inputs });
    requireIds(
      this.#network,
      Object.fromEntries(columns.map(({ name }, i) => [name, batch.values[i] ?? missing()])),
    );
    const words = new Map<string, Rows>();
    for (const { size, values } of partsOf(batch)) {
      const fed = Object.fromEntries(
        columns.map(({ name, array }, i) => [name, array.from(values[i] ?? missing())]),
      );
      await answer(fed, (word, output, numbers) => {
        const rows = words.get(word) ?? new Rows(batch.size);
        words.set(word, rows);
        rows.add(output, numbers, size);
      });
      for (const rows of words.values()) rows.next(size);
    }
    const predictions = (rows: Rows) =>
      Object.fromEntries(
        Object.entries(rows.all).map(([name, data]) => {
          const [, ...shape] = (this.#answers[name] ?? missing()).shape;
          return [name, new Prediction(data, [batch.size, ...shape.map(Number)])];
        }),
      );
    return Object.fromEntries([...words].map(([word, rows]) => [word, predictions(rows)]));
  }
}
