import { SteepestError } from "../../errors.js";
import { inputName } from "../../graph/tensor.js";
import { missing } from "../../missing.js";
import { type Composition, onGradient } from "../../optim/compositions/composition.js";
import { type Rule, rateAt, type Time } from "../../optim/rule.js";
import { nearest } from "../../options.js";
import { listed, shown } from "../../shown.js";
import type { Block } from "../arena.js";
import type { BoundSession, Engine, HostTensors, Session, Sharing } from "../engine.js";
import { bindNorms, bindRandomFill, type Norms, type RandomFill } from "../kernel/index.js";
import { loadForBatches } from "../load-graph.js";
import { runAlone } from "../team/runner.js";
import { leastShared, Team } from "../team/team.js";
import { attachProgram, released } from "./attach.js";
import { splitAverage } from "./average.js";
import { borrowedResidents } from "./borrowed.js";
import { fillDraw } from "./draws.js";
import { MeanGradients } from "./gradients.js";
import type { TrainingGraph } from "./graph.js";
import { allocateMemory, type Resident, type TrainingMemory } from "./memory.js";
import { blockOf, type Group } from "./placement.js";
import { prepareProjections } from "./projection.js";
import {
  type AttachedGraph,
  type AttachedProgram,
  type BatchArray,
  type BatchScores,
  DivergenceError,
  type Snapshot,
  type Totals,
  type TrainingOptions,
  type TrainingSession,
} from "./session.js";
import { countAt } from "./shapes.js";
import { everythingIn, takeSnapshot, valuesIn } from "./snapshot.js";
import { bindStep, stepGraph } from "./step.js";
import { type NamedView, tensorsOf, writeTensors } from "./tensors.js";
import { RunningTotals } from "./totals.js";
import { unitsOf } from "./units.js";
import { type GroupUpdate, prepareUpdate } from "./update.js";

/** The gradient multiplied by a factor that is known only when the update is made. */
const scaledGradient = (factor: () => number): Composition =>
  onGradient("clipNorm", {}, ({ g, at }) => ({ g: g.mul(at(factor)) }));

/** Whether there is enough to update for several threads. */
const paysToShare = ({ parameters }: TrainingGraph): boolean =>
  parameters.reduce((sum, { tensor }) => sum + countAt(tensor, 1), 0) >= leastShared;

/** Training on a processor: everything lies in one arena, the engine computes gradients, kernels apply the updates. */
export class ArenaSession implements TrainingSession {
  readonly #graph: TrainingGraph;
  readonly #engine: Engine;
  readonly #options: TrainingOptions;
  readonly #memory: TrainingMemory;
  readonly #sharing: Sharing | undefined;
  /** The session's own and the borrowed. */
  readonly #residents: readonly Resident[];
  readonly #norms: Norms;
  readonly #random: RandomFill;
  readonly #gradients: MeanGradients;
  readonly #totals: RunningTotals;
  readonly #bound = new Map<number, BoundSession>();
  /** What release has to free. */
  readonly #held = new Set<Pick<Session, "release">>();
  /** The session that computes a step for so many examples. */
  #sessionFor: ((size: number) => Promise<Session>) | undefined;
  /** What an update does, in order: the rules, the projections, and the averages that follow these. */
  #updates: readonly GroupUpdate[] = [];
  #clipFactor = 1;
  /** Whether next states were computed that the states have not moved on to. */
  #statesWait = false;

  private constructor(
    graph: TrainingGraph,
    engine: Engine,
    options: TrainingOptions,
    sharing: Sharing | undefined,
  ) {
    this.#graph = graph;
    this.#engine = engine;
    this.#options = sharing ? { ...options, spinning: "within runs" } : options;
    this.#sharing = sharing;
    this.#memory = allocateMemory(graph, sharing?.bufferOver);
    const { arena, gradient, gradientSum, residents, loss, metrics } = this.#memory;
    this.#residents = [...residents, ...borrowedResidents(graph.borrowed, ArenaSession.#residentsOf)];
    this.#norms = bindNorms(arena.memory);
    this.#random = bindRandomFill(arena.memory);
    this.#gradients = new MeanGradients(arena, gradient, gradientSum);
    this.#totals = new RunningTotals(loss, metrics);
  }

  static #residentsOf(session: TrainingSession): readonly Resident[] | undefined {
    return session instanceof ArenaSession ? session.#residents : undefined;
  }

  /** Places everything in memory, initialises it, and compiles the step. */
  static async create(
    graph: TrainingGraph,
    engine: Engine,
    options: TrainingOptions = {},
  ): Promise<TrainingSession> {
    const sharing = paysToShare(graph) ? await engine.sharing?.(options) : undefined;
    const session = new ArenaSession(graph, engine, options, sharing);
    try {
      await session.#prepare();
    } catch (error) {
      await session.release();
      throw error;
    }
    return session;
  }

  async #prepare() {
    const { arena, groups, gradients, scratch } = this.#memory;
    const graph = stepGraph(this.#graph, this.#residents);
    this.#sessionFor = await loadForBatches(this.#engine, graph, this.#graph.batchSize, this.#options);
    this.#held.add(await this.#sessionFor(this.#graph.batchSize));
    const clip = scaledGradient(() => this.#clipFactor);
    const { memory } = arena;
    const runner = this.#hold(
      this.#sharing ? await Team.of(memory, this.#sharing.threads) : runAlone(memory),
    );
    const place = {
      arena,
      runner,
      engine: this.#engine,
      options: this.#options,
      unitsOf: unitsOf(this.#graph.loss),
    };
    const prepare = async (rule: Rule, group: Group, i: number): Promise<GroupUpdate> =>
      this.#hold(await prepareUpdate(rule, group, gradients[i] ?? missing(), place));
    const projecting = { ...place, scratch };
    const parts = groups.map(splitAverage);
    const rules = parts.map(({ update }, i) =>
      prepare(this.#graph.clipNorm === undefined ? update.rule : clip(update.rule), update, i),
    );
    const projections = groups.map(async (group) => {
      const updates = await prepareProjections(group, projecting);
      return updates.map((update) => this.#hold(update));
    });
    const averages = parts.flatMap(({ afterwards }, i) =>
      afterwards ? [prepare(afterwards.rule, afterwards, i)] : [],
    );
    this.#updates = [
      ...(await Promise.all(rules)),
      ...(await Promise.all(projections)).flat(),
      ...(await Promise.all(averages)),
    ];
  }

  #hold<T extends Pick<Session, "release">>(held: T): T {
    this.#held.add(held);
    return held;
  }

  async #bind(size: number): Promise<BoundSession> {
    if (!this.#sessionFor) throw released();
    const known = this.#bound.get(size);
    if (known) return known;
    const session = this.#hold(await this.#sessionFor(size));
    const bound = bindStep(session, this.#graph, this.#residents, this.#memory, size);
    this.#bound.set(size, bound);
    return bound;
  }

  batch(size: number): Readonly<Record<string, BatchArray>> {
    const { batchSize } = this.#graph;
    if (!Number.isInteger(size) || size < 1 || size > batchSize) {
      throw new SteepestError(
        `a batch of ${size} examples was asked for; the trainer holds 1 to ${batchSize}`,
      );
    }
    return Object.fromEntries(
      this.#memory.data.map(({ tensor, written }) => [
        inputName(tensor),
        written.subarray(0, countAt(tensor, size)),
      ]),
    );
  }

  async accumulate(size: number, time: Time, first = this.#gradients.examples): Promise<void> {
    const { rates } = this.#graph;
    const { loss, weight: weightOfBatch, data } = this.#memory;
    this.#moveStates();
    for (const { feed } of data) feed(size);
    this.#draw(size, time.step, first);
    rates?.forEach(({ rate }, i) => void this.#memory.rates[i]?.fill(rateAt(rate, time)));
    this.#gradients.makeRoom();
    await (await this.#bind(size)).run();
    if (!Number.isFinite(loss[0])) this.#diverged(time, `the loss is ${loss[0]}`);
    const weight = weightOfBatch ? (weightOfBatch[0] ?? missing()) : size;
    this.#gradients.add(size, weight);
    this.#totals.add(size, weight);
    this.#statesWait = true;
  }

  async update(time: Time): Promise<void> {
    if (this.#gradients.isEmpty) {
      throw new SteepestError(
        "an update was asked for, but no gradients were computed or given since the last",
      );
    }
    const { exchange } = this.#options;
    if (exchange) await this.#gradients.exchange(exchange);
    else this.#gradients.settle();
    if (!this.#gradients.weighsNothing) {
      if (this.#graph.clipNorm !== undefined) this.#clip(this.#graph.clipNorm, time);
      for (const update of this.#updates) await update.run(time);
    }
    this.#moveStates();
    this.#gradients.clear();
  }

  async step(size: number, time: Time): Promise<void> {
    await this.accumulate(size, time);
    await this.update(time);
  }

  /** Moves the states on to what the last batch made of them. */
  #moveStates() {
    if (!this.#statesWait) return;
    for (const { into, value } of this.#memory.stateUpdates) into.set(value);
    this.#statesWait = false;
  }

  #draw(size: number, step: number, first: number) {
    const { draws, seed } = this.#graph;
    const { arena } = this.#memory;
    draws.forEach((draw, i) => {
      const place = this.#memory.draws[i] ?? missing();
      fillDraw(this.#random, arena, draw, place, { purpose: draw.name, seed, step, size, first });
    });
  }

  #clip(limit: number, time: Time) {
    const { offset, count } = this.#memory.gradient;
    const norm = Math.sqrt(this.#norms.squaredNorm(offset, count));
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
    this.discardGradients();
    throw new DivergenceError(time.step, what, parameter);
  }

  #gradientViews(): NamedView[] {
    const { arena, groups, gradients } = this.#memory;
    return groups.flatMap((group, g) =>
      group.parameters.map(({ name, shape }, i) => ({
        name,
        shape,
        view: arena.view(blockOf(gradients[g] ?? missing(), group, i)),
      })),
    );
  }

  async gradients(): Promise<HostTensors> {
    if (this.#gradients.isEmpty) {
      throw new SteepestError(
        "gradients were asked for, but none were computed or given since the last update",
      );
    }
    this.#gradients.settle();
    return tensorsOf(copied(this.#gradientViews()));
  }

  async setGradients(gradients: HostTensors): Promise<void> {
    writeTensors("gradients", this.#gradientViews(), gradients);
    this.discardGradients();
    this.#gradients.add(0, 1);
  }

  discardGradients(): void {
    this.#gradients.clear();
    this.#statesWait = false;
  }

  async scores(): Promise<BatchScores> {
    return this.#totals.last;
  }

  async totals(): Promise<Totals> {
    return this.#totals.totals;
  }

  resetTotals(start?: Totals): void {
    this.#totals.reset(start);
  }

  async attach(graph: AttachedGraph): Promise<AttachedProgram> {
    if (!this.#sessionFor) throw released();
    const program = await attachProgram(graph, {
      engine: this.#engine,
      options: this.#options,
      residents: this.#residents,
      seed: this.#graph.seed,
      held: this.#held,
    });
    if (this.#sessionFor !== undefined) return program;
    await program.release();
    throw released();
  }

  async values(): Promise<Map<string, Float32Array>> {
    return new Map(this.#residents.map(({ name, inUse }) => [name, inUse.slice()]));
  }

  async setValues(values: ReadonlyMap<string, Float32Array>): Promise<void> {
    const known = this.#memory.residents.map(({ name }) => name);
    const unknown = [...values.keys()].find((name) => !known.includes(name));
    if (unknown !== undefined) {
      const near = nearest(unknown, known);
      throw new SteepestError(
        `setValues: there is nothing called ${shown(unknown)}; ${near === undefined ? `known are ${listed(known)}` : `did you mean ${near}?`}`,
      );
    }
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

  #views(): NamedView[] {
    const { arena, tensors } = this.#memory;
    return tensors.map(({ name, shape, block }) => ({ name, shape, view: arena.view(block) }));
  }

  async tensors(): Promise<HostTensors> {
    return tensorsOf(copied(this.#views()));
  }

  async setTensors(tensors: HostTensors): Promise<void> {
    writeTensors("training", this.#views(), tensors);
    this.discardGradients();
  }

  async snapshot(of: "everything" | "values" = "everything"): Promise<Snapshot> {
    return takeSnapshot(of === "values" ? valuesIn(this.#memory) : everythingIn(this.#memory), () =>
      this.discardGradients(),
    );
  }

  async release(): Promise<void> {
    const held = [...this.#held];
    this.#held.clear();
    this.#sessionFor = undefined;
    for (const each of held) await each.release();
  }
}

const copied = (views: readonly NamedView[]): NamedView[] =>
  views.map(({ view, ...named }) => ({ ...named, view: view.slice() }));
