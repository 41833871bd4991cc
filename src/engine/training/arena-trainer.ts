import { SteepestError } from "../../errors.js";
import { topologicalOrder } from "../../graph/autodiff.js";
import { inputName } from "../../graph/tensor.js";
import { missing } from "../../missing.js";
import { writeModel } from "../../onnx/write.js";
import { type Composition, onGradient } from "../../optim/compositions/composition.js";
import { type Rule, rateAt, type Time } from "../../optim/rule.js";
import { streamKey } from "../../random/random.js";
import type { Block } from "../arena.js";
import { hostTensor } from "../compile.js";
import type { BoundSession, Engine, Session, SessionOptions } from "../engine.js";
import { bindNorms, bindRandomFill, type Norms, type RandomFill } from "../kernel/index.js";
import { splitAverage } from "./average.js";
import { maskSource } from "./masks.js";
import { allocateMemory, countAt, hostAt, type TrainingMemory } from "./memory.js";
import { blockOf, type Group } from "./placement.js";
import { bindProjections, transposedWeights } from "./projection.js";
import { bindStep, stepModel } from "./step.js";
import {
  type AttachedProgram,
  DivergenceError,
  type StepResult,
  type Trainer,
  type TrainingGraph,
} from "./trainer.js";
import { type GroupUpdate, prepareUpdate } from "./update.js";

/** The gradient multiplied by a factor that is known only when the update is made. */
const scaledGradient = (factor: () => number): Composition =>
  onGradient("clipNorm", {}, ({ g, at }) => ({ g: g.mul(at(factor)) }));

/** Training on a processor: everything lies in one arena, the engine computes gradients, kernels apply the updates. */
export class ArenaTrainer implements Trainer {
  readonly #graph: TrainingGraph;
  readonly #engine: Engine;
  readonly #options: SessionOptions;
  readonly #memory: TrainingMemory;
  readonly #norms: Norms;
  readonly #project: (time: Time) => void;
  readonly #random: RandomFill;
  readonly #bound = new Map<number, BoundSession>();
  /** What release has to free. */
  readonly #held = new Set<Pick<Session, "release">>();
  #session: Session | undefined;
  #updates: readonly GroupUpdate[] = [];
  /** What follows the projections. */
  #averages: readonly GroupUpdate[] = [];
  #clipFactor = 1;

  private constructor(graph: TrainingGraph, engine: Engine, options: SessionOptions) {
    this.#graph = graph;
    this.#engine = engine;
    this.#options = options;
    this.#memory = allocateMemory(graph);
    const { arena, groups, scratch } = this.#memory;
    this.#norms = bindNorms(arena.memory);
    this.#project = bindProjections(groups, arena, scratch, transposedWeights(graph.loss));
    this.#random = bindRandomFill(arena.memory);
  }

  /** Places everything in memory, initialises it, and compiles the step. */
  static async create(graph: TrainingGraph, engine: Engine, options: SessionOptions = {}): Promise<Trainer> {
    const trainer = new ArenaTrainer(graph, engine, options);
    try {
      await trainer.#prepare();
    } catch (error) {
      await trainer.release();
      throw error;
    }
    return trainer;
  }

  async #prepare() {
    const { arena, groups, gradients } = this.#memory;
    this.#session = await this.#engine.load(stepModel(this.#graph, this.#memory), this.#options);
    this.#held.add(this.#session);
    const clip = scaledGradient(() => this.#clipFactor);
    const prepare = async (rule: Rule, group: Group, i: number): Promise<GroupUpdate> => {
      const gradient = gradients[i] ?? missing();
      const update = await prepareUpdate(rule, group, gradient, arena, this.#engine, this.#options);
      this.#held.add(update);
      return update;
    };
    const parts = groups.map(splitAverage);
    this.#updates = await Promise.all(
      parts.map(({ update }, i) => {
        const rule = this.#graph.clipNorm === undefined ? update.rule : clip(update.rule);
        return prepare(rule, update, i);
      }),
    );
    this.#averages = await Promise.all(
      parts.flatMap(({ afterwards }, i) => (afterwards ? [prepare(afterwards.rule, afterwards, i)] : [])),
    );
  }

  #bind(size: number): BoundSession {
    if (!this.#session) throw released();
    const bound = this.#bound.get(size) ?? bindStep(this.#session, this.#graph, this.#memory, size);
    this.#bound.set(size, bound);
    return bound;
  }

  batch(size: number): readonly Float32Array[] {
    const { batchSize, data } = this.#graph;
    if (!Number.isInteger(size) || size < 1 || size > batchSize) {
      throw new SteepestError(
        `a batch of ${size} examples was asked for; the trainer holds 1 to ${batchSize}`,
      );
    }
    return data.map((x, i) => (this.#memory.data[i] ?? missing()).subarray(0, countAt(x, size)));
  }

  async step(size: number, time: Time): Promise<StepResult> {
    const { metrics, rates, clipNorm } = this.#graph;
    const { scalars, stateUpdates } = this.#memory;
    this.#drawMasks(size, time.step);
    rates?.forEach(({ rate }, i) => void this.#memory.rates[i]?.fill(rateAt(rate, time)));
    await this.#bind(size).run();
    const loss = scalars.loss?.[0] ?? missing();
    if (!Number.isFinite(loss)) this.#diverged(time, `the loss is ${loss}`);
    if (clipNorm !== undefined) this.#clip(clipNorm, time);
    for (const update of this.#updates) await update.run(time);
    this.#project(time);
    for (const average of this.#averages) await average.run(time);
    for (const { into, value } of stateUpdates) into.set(value);
    return {
      loss,
      metrics: Object.fromEntries(
        Object.keys(metrics).map((name) => [name, scalars[name]?.[0] ?? missing()]),
      ),
    };
  }

  #drawMasks(size: number, step: number) {
    const { masks, seed } = this.#graph;
    masks.forEach(({ name, tensor, keep, scale }, i) => {
      const pointer = (this.#memory.masks[i] ?? missing()).offset;
      const key = streamKey(seed, name);
      this.#random.bernoulli({ pointer, count: countAt(tensor, size), keep, scale, key, step });
    });
  }

  #clip(limit: number, time: Time) {
    const squared = this.#memory.gradients.reduce(
      (sum, { offset, count }) => sum + this.#norms.squaredNorm(offset, count),
      0,
    );
    const norm = Math.sqrt(squared);
    if (!Number.isFinite(norm)) this.#diverged(time, "a gradient is not finite");
    this.#clipFactor = norm > limit ? limit / norm : 1;
  }

  /** Names the first parameter whose values, or else gradient, are not finite, and stops. */
  #diverged(time: Time, what: string): never {
    const { groups, gradients } = this.#memory;
    const isBad = ({ offset, count }: Block) => !Number.isFinite(this.#norms.squaredNorm(offset, count));
    const findIn = (regions: readonly Block[]) => {
      for (const [g, group] of groups.entries()) {
        const bad = group.parameters.find((_, i) => isBad(blockOf(regions[g] ?? missing(), group, i)));
        if (bad) return bad.name;
      }
      return undefined;
    };
    const parameter = findIn(groups.map(({ theta }) => theta)) ?? findIn(gradients);
    throw new DivergenceError(time.step, what, parameter);
  }

  async attach({ inputs, masks = [], outputs }: Parameters<Trainer["attach"]>[0]): Promise<AttachedProgram> {
    if (!this.#session) throw released();
    const used = new Set(topologicalOrder(Object.values(outputs)));
    const residents = this.#memory.residents.filter(({ tensor }) => used.has(tensor));
    const model = writeModel({
      inputs: [...inputs, ...[...masks, ...residents].map(({ tensor }) => tensor)],
      outputs,
    });
    const session = await this.#engine.load(model, this.#options);
    this.#held.add(session);
    const fixed = Object.fromEntries(
      residents.map(({ name, tensor, inUse }) => [name, hostAt(tensor, 1, inUse)]),
    );
    const drawMasks = maskSource(masks, this.#graph.seed);
    return {
      run: async (values, draw = 0) => {
        if (!this.#held.has(session)) throw released();
        const fed = inputs.map((x) => [inputName(x), hostTensor(x, values[inputName(x)])] as const);
        const size = fed[0]?.[1].shape[0] ?? 1;
        return session.run({ ...fixed, ...Object.fromEntries(fed), ...drawMasks(size, draw) });
      },
      release: async () => {
        if (this.#held.delete(session)) await session.release();
      },
    };
  }

  values(): Map<string, Float32Array> {
    return new Map(this.#memory.residents.map(({ name, inUse }) => [name, inUse.slice()]));
  }

  setValues(values: ReadonlyMap<string, Float32Array>): void {
    for (const { name, view, inUse } of this.#memory.residents) {
      const given = values.get(name);
      if (!given) continue;
      if (given.length !== view.length) {
        throw new SteepestError(`${name} holds ${view.length} numbers, ${given.length} were given`);
      }
      view.set(given);
      inUse.set(given);
    }
  }

  snapshot(): () => void {
    const { arena, persistent } = this.#memory;
    const saved = arena.view(persistent).slice();
    return () => arena.view(persistent).set(saved);
  }

  async release(): Promise<void> {
    const held = [...this.#held];
    this.#held.clear();
    this.#session = undefined;
    for (const each of held) await each.release();
  }
}

const released = (): SteepestError =>
  new SteepestError("the network was released and cannot be used any more; release it after its last use");
