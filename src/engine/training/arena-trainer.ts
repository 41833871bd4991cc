import { SteepestError } from "../../errors.js";
import { topologicalOrder } from "../../graph/autodiff.js";
import { grad, type Tensor } from "../../graph/index.js";
import { batch } from "../../graph/shape.js";
import { inputName } from "../../graph/tensor.js";
import { writeModel } from "../../onnx/write.js";
import { type Rule, rateAt, type Time } from "../../optim/rule.js";
import { streamKey } from "../../random/random.js";
import { type Arena, type Block, Layout } from "../arena.js";
import { hostTensor } from "../compile.js";
import type { BoundSession, Engine, HostTensor, HostTensors, Session, SessionOptions } from "../engine.js";
import { bindNorms, bindRandomFill, type Norms, type RandomFill } from "../kernel/index.js";
import { maskSource } from "./masks.js";
import { blockOf, type Group, placeGroups } from "./placement.js";
import { bindProjections, unitCount } from "./projection.js";
import {
  type AttachedProgram,
  DivergenceError,
  type StepResult,
  type Trainer,
  type TrainingGraph,
} from "./trainer.js";
import { type GroupUpdate, prepareUpdate } from "./update.js";

/** A named array of the arena that is an input of the graph. */
interface Resident {
  readonly name: string;
  readonly tensor: Tensor;
  /** What training changes. */
  readonly view: Float32Array;
  /** What the network in use has: the average of the iterates where the rule keeps one, else the same. */
  readonly inUse: Float32Array;
}

const host = (data: Float32Array, shape: readonly number[]): HostTensor => ({
  dtype: "float32",
  data,
  shape,
});

const perExample = (x: Tensor): number =>
  x.shape.reduce<number>((n, dim) => n * (dim === batch ? 1 : dim), 1);

const shapeAt = (x: Tensor, size: number): number[] => x.shape.map((dim) => (dim === batch ? size : dim));

/** The state that holds the average of the iterates, for rules that keep one. */
const averageOf = ({ rule, states }: Group): Block | undefined =>
  rule.average === undefined ? undefined : states[Object.keys(rule.states).indexOf(rule.average)];

/** The same rule with the gradient multiplied by a factor that is known only when the update is made. */
const scaledGradient = (rule: Rule, factor: () => number): Rule => ({
  ...rule,
  update: (inputs) => rule.update({ ...inputs, g: inputs.g.mul(inputs.at(factor)) }),
});

/** Training on a processor: everything lies in one arena, the engine computes gradients, kernels apply the updates. */
export class ArenaTrainer implements Trainer {
  readonly #graph: TrainingGraph;
  readonly #engine: Engine;
  readonly #options: SessionOptions;
  readonly #arena: Arena;
  readonly #groups: readonly Group[];
  readonly #gradients: readonly Block[];
  readonly #residents: readonly Resident[];
  readonly #persistentBytes: number;
  readonly #stateUpdates: readonly {
    readonly into: Float32Array;
    readonly value: Float32Array;
    readonly output: string;
  }[];
  readonly #masks: readonly Block[];
  readonly #data: readonly Float32Array[];
  readonly #scalars: Readonly<Record<string, Float32Array>>;
  readonly #norms: Norms;
  readonly #project: (time: Time) => void;
  readonly #random: RandomFill;
  readonly #rates: readonly Float32Array[];
  readonly #bound = new Map<number, BoundSession>();
  readonly #attached: Session[] = [];
  #session: Session | undefined;
  #updates: readonly GroupUpdate[] = [];
  #clipFactor = 1;

  private constructor(graph: TrainingGraph, engine: Engine, options: SessionOptions) {
    this.#graph = graph;
    this.#engine = engine;
    this.#options = options;
    const layout = new Layout();
    this.#groups = placeGroups(layout, graph.parameters);
    const states = graph.states.map((state) => ({ state, block: layout.reserve(perExample(state.tensor)) }));
    const persistent = layout.reserve(0);
    this.#persistentBytes = persistent.offset;
    this.#gradients = this.#groups.map(({ theta }) => layout.reserve(theta.count));
    const stateNext = states.flatMap(({ state, block }) =>
      state.next ? [{ state, block, next: layout.reserve(block.count) }] : [],
    );
    this.#masks = graph.masks.map(({ tensor }) => layout.reserve(perExample(tensor) * graph.batchSize));
    const scratch = layout.reserve(Math.max(1, ...graph.parameters.map(unitCount)));
    this.#arena = layout.allocate();
    this.#norms = bindNorms(this.#arena.memory);
    this.#project = bindProjections(this.#groups, this.#arena, scratch);
    this.#random = bindRandomFill(this.#arena.memory);
    this.#rates = (graph.rates ?? []).map(() => new Float32Array(1));

    this.#residents = [
      ...this.#groups.flatMap((group) =>
        group.parameters.map(({ name, tensor }, i) => ({
          name,
          tensor,
          view: this.#arena.view(blockOf(group.theta, group, i)),
          inUse: this.#arena.view(blockOf(averageOf(group) ?? group.theta, group, i)),
        })),
      ),
      ...states.map(({ state: { name, tensor, initial }, block }) => {
        const view = this.#arena.view(block).fill(initial);
        return { name, tensor, view, inUse: view };
      }),
    ];
    this.#stateUpdates = stateNext.map(({ state, block, next }) => ({
      into: this.#arena.view(block),
      value: this.#arena.view(next),
      output: `next ${state.name}`,
    }));
    this.#data = graph.data.map((x) => new Float32Array(perExample(x) * graph.batchSize));
    this.#scalars = Object.fromEntries(
      ["loss", ...Object.keys(graph.metrics)].map((name) => [name, new Float32Array(1)]),
    );
  }

  /** Places everything in memory, initialises it, and compiles the step. */
  static async create(graph: TrainingGraph, engine: Engine, options: SessionOptions = {}): Promise<Trainer> {
    const trainer = new ArenaTrainer(graph, engine, options);
    trainer.#initialize();
    trainer.#session = await engine.load(trainer.#model(), options);
    trainer.#updates = await Promise.all(
      trainer.#groups.map((group, i) =>
        prepareUpdate(
          graph.clipNorm === undefined ? group.rule : scaledGradient(group.rule, () => trainer.#clipFactor),
          group,
          trainer.#gradients[i] as Block,
          trainer.#arena,
          engine,
          options,
        ),
      ),
    );
    return trainer;
  }

  #initialize() {
    for (const group of this.#groups) {
      group.parameters.forEach((parameter, i) => {
        parameter.initialize(this.#arena.view(blockOf(group.theta, group, i)));
      });
      Object.values(group.rule.states).forEach((initial, i) => {
        const state = this.#arena.view(group.states[i] as Block);
        if (initial === "theta") state.set(this.#arena.view(group.theta));
        else state.fill(initial);
      });
    }
  }

  /** The ONNX model of one step: loss, metrics, gradients and next states from data, parameters, states and masks. */
  #model(): Uint8Array {
    const { loss, metrics, data, parameters, states, masks, rates = [] } = this.#graph;
    const gradients = grad(
      loss,
      parameters.map(({ tensor }) => tensor),
    );
    return writeModel({
      inputs: [...data, ...[...this.#residents, ...masks, ...rates].map(({ tensor }) => tensor)],
      outputs: {
        loss,
        ...metrics,
        ...Object.fromEntries(parameters.map(({ name }, i) => [`gradient ${name}`, gradients[i] as Tensor])),
        ...Object.fromEntries(states.flatMap(({ name, next }) => (next ? [[`next ${name}`, next]] : []))),
      },
    });
  }

  #bind(size: number): BoundSession {
    const known = this.#bound.get(size);
    if (known) return known;
    if (!this.#session) throw new SteepestError("this trainer was released");
    const { data, masks, rates = [], states } = this.#graph;
    const residents = this.#residents.map(({ name, tensor, view }) => [
      name,
      host(view, shapeAt(tensor, size)),
    ]);
    const inputs: HostTensors = {
      ...Object.fromEntries(residents),
      ...Object.fromEntries(
        data.map((x, i) => [
          inputName(x),
          host((this.#data[i] as Float32Array).subarray(0, perExample(x) * size), shapeAt(x, size)),
        ]),
      ),
      ...Object.fromEntries(
        masks.map(({ name, tensor }, i) => {
          const offset = this.#masks[i]?.offset ?? 0;
          const view = this.#arena.view({ offset, count: perExample(tensor) * size });
          return [name, host(view, shapeAt(tensor, size))];
        }),
      ),
      ...Object.fromEntries(rates.map(({ name }, i) => [name, host(this.#rates[i] as Float32Array, [])])),
    };
    const gradients = this.#groups.flatMap((group, g) =>
      group.parameters.map(({ name, shape }, i) => [
        `gradient ${name}`,
        host(this.#arena.view(blockOf(this.#gradients[g] as Block, group, i)), shape),
      ]),
    );
    const stateShapes = new Map(states.map(({ name, shape }) => [`next ${name}`, shape]));
    const outputs: HostTensors = {
      ...Object.fromEntries(gradients),
      ...Object.fromEntries(
        this.#stateUpdates.map(({ output, value }) => [output, host(value, stateShapes.get(output) ?? [])]),
      ),
      ...Object.fromEntries(Object.entries(this.#scalars).map(([name, value]) => [name, host(value, [])])),
    };
    const bound = this.#session.bind(inputs, outputs);
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
    return data.map((x, i) => (this.#data[i] as Float32Array).subarray(0, perExample(x) * size));
  }

  async step(size: number, time: Time): Promise<StepResult> {
    this.#drawMasks(size, time.step);
    this.#graph.rates?.forEach(({ rate }, i) => void this.#rates[i]?.fill(rateAt(rate, time)));
    await this.#bind(size).run();
    const loss = this.#scalars.loss?.[0] ?? Number.NaN;
    if (!Number.isFinite(loss)) this.#diverged(time, `the loss is ${loss}`);
    if (this.#graph.clipNorm !== undefined) this.#clip(this.#graph.clipNorm, time);
    for (const update of this.#updates) await update.run(time);
    this.#project(time);
    for (const { into, value } of this.#stateUpdates) into.set(value);
    const metrics = Object.fromEntries(
      Object.keys(this.#graph.metrics).map((name) => [name, this.#scalars[name]?.[0] ?? Number.NaN]),
    );
    return { loss, metrics };
  }

  #drawMasks(size: number, step: number) {
    const { masks, seed } = this.#graph;
    masks.forEach(({ name, tensor, keep, scale }, i) => {
      const pointer = this.#masks[i]?.offset ?? 0;
      this.#random.bernoulli({
        pointer,
        count: perExample(tensor) * size,
        keep,
        scale,
        key: streamKey(seed, name),
        step,
      });
    });
  }

  #clip(limit: number, time: Time) {
    const squared = this.#gradients.reduce(
      (sum, { offset, count }) => sum + this.#norms.squaredNorm(offset, count),
      0,
    );
    const norm = Math.sqrt(squared);
    if (!Number.isFinite(norm)) this.#diverged(time, "a gradient is not finite");
    this.#clipFactor = norm > limit ? limit / norm : 1;
  }

  /** Names the first parameter whose values, or else gradient, are not finite, and stops. */
  #diverged(time: Time, what: string): never {
    const isBad = ({ offset, count }: Block) => !Number.isFinite(this.#norms.squaredNorm(offset, count));
    const findIn = (regions: readonly Block[]) => {
      for (const [g, group] of this.#groups.entries()) {
        const bad = group.parameters.find((_, i) => isBad(blockOf(regions[g] as Block, group, i)));
        if (bad) return bad.name;
      }
      return undefined;
    };
    const parameter = findIn(this.#groups.map(({ theta }) => theta)) ?? findIn(this.#gradients);
    throw new DivergenceError(time.step, what, parameter);
  }

  async attach({ inputs, masks = [], outputs }: Parameters<Trainer["attach"]>[0]): Promise<AttachedProgram> {
    const used = new Set(topologicalOrder(Object.values(outputs)));
    const residents = this.#residents.filter(({ tensor }) => used.has(tensor));
    const model = writeModel({
      inputs: [...inputs, ...[...masks, ...residents].map(({ tensor }) => tensor)],
      outputs,
    });
    const session = await this.#engine.load(model, this.#options);
    this.#attached.push(session);
    const fixed = Object.fromEntries(
      residents.map(({ name, tensor, inUse }) => [name, host(inUse, shapeAt(tensor, 1))]),
    );
    const drawMasks = maskSource(masks, this.#graph.seed);
    return {
      run: (values, draw = 0) => {
        const fed = inputs.map((x) => [inputName(x), hostTensor(x, values[inputName(x)] ?? [])] as const);
        const size = fed[0]?.[1].shape[0] ?? 1;
        return session.run({ ...fixed, ...Object.fromEntries(fed), ...drawMasks(size, draw) });
      },
      release: () => session.release(),
    };
  }

  values(): Map<string, Float32Array> {
    return new Map(this.#residents.map(({ name, inUse }) => [name, inUse.slice()]));
  }

  setValues(values: ReadonlyMap<string, Float32Array>): void {
    for (const { name, view, inUse } of this.#residents) {
      const given = values.get(name);
      if (given && given.length !== view.length) {
        throw new SteepestError(`${name} holds ${view.length} numbers, ${given.length} were given`);
      }
      if (!given) continue;
      view.set(given);
      inUse.set(given);
    }
  }

  snapshot(): () => void {
    const persistent = { offset: 0, count: this.#persistentBytes / 4 };
    const saved = this.#arena.view(persistent).slice();
    return () => this.#arena.view(persistent).set(saved);
  }

  async release(): Promise<void> {
    for (const session of [this.#session, ...this.#attached]) await session?.release();
    for (const update of this.#updates) await update.release();
    this.#session = undefined;
  }
}
