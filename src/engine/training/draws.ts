import { missing } from "../../missing.js";
import { normalQuantile } from "../../random/normal.js";
import { streamKey } from "../../random/random.js";
import { type Arena, type Block, Layout } from "../arena.js";
import type { HostTensors } from "../engine.js";
import { bindRandomFill, drawAlignment, type RandomFill } from "../kernel/index.js";
import type { Draw } from "./graph.js";
import { countAt, hasBatch, hostAt } from "./shapes.js";

/** Reserves room for a draw of `size` examples. */
export const reserveDraw = (layout: Layout, { tensor }: Draw, size: number): Block => {
  const count = countAt(tensor, size);
  // Draws begin at a multiple of the alignment: what is drawn too much lies in front.
  const { offset } = layout.reserve(count + drawAlignment);
  return { offset, count };
};

/** What determines a draw besides its name. */
export interface DrawOptions {
  readonly purpose: string;
  readonly seed: number;
  readonly step: number;
  readonly size: number;
  /** The place of the first example among those of the step. */
  readonly first: number;
}

/** Standard normal numbers where uniform words lie: `Φ⁻¹((word + ½)/2³²)`. */
const toNormal = (arena: Arena, { offset }: Block, count: number): void => {
  const words = new Uint32Array(arena.buffer, offset, count);
  const values = new Float32Array(arena.buffer, offset, count);
  for (let i = 0; i < count; i++) values[i] = normalQuantile(((words[i] ?? missing()) + 0.5) / 2 ** 32);
};

/** Fills a draw's place with the numbers of some examples of a step. */
export const fillDraw = (
  fill: RandomFill,
  arena: Arena,
  draw: Draw,
  place: Block,
  { purpose, seed, step, size, first }: DrawOptions,
): void => {
  const count = countAt(draw.tensor, size);
  // What has no batch axis, such as a mask of weights, is the same for all examples of a step.
  const begin = hasBatch(draw.tensor) ? first * countAt(draw.tensor, 1) : 0;
  const lead = begin % drawAlignment;
  const stream = {
    pointer: place.offset,
    count: count + lead,
    key: streamKey(seed, purpose),
    step,
    offset: begin - lead,
  };
  if (draw.kind === "bernoulli") {
    fill.bernoulli({ ...stream, keep: draw.keep, scale: draw.scale });
  } else {
    fill.words(stream);
    toNormal(arena, place, stream.count);
  }
  if (lead > 0) arena.view({ offset: place.offset, count: count + lead }).copyWithin(0, lead);
};

/** Memory for what is drawn for batches of one size. */
interface DrawMemory {
  readonly size: number;
  readonly arena: Arena;
  readonly places: readonly Block[];
  readonly fill: RandomFill;
}

const allocate = (draws: readonly Draw[], size: number): DrawMemory => {
  const layout = new Layout();
  const places = draws.map((draw) => reserveDraw(layout, draw, size));
  const arena = layout.allocate();
  return { size, arena, places, fill: bindRandomFill(arena.memory) };
};

/**
 * Draws outside of training steps, into memory of its own that the next draw uses again. What is drawn is a function of the seed, the
 * input's name and the number of the draw.
 */
export const drawSource = (draws: readonly Draw[], seed: number) => {
  let memory: DrawMemory | undefined;
  return (size: number, step: number): HostTensors => {
    if (memory?.size !== size) memory = allocate(draws, size);
    const { arena, places, fill } = memory;
    return Object.fromEntries(
      draws.map((draw, i) => {
        const place = places[i] ?? missing();
        fillDraw(fill, arena, draw, place, { purpose: `thinned ${draw.name}`, seed, step, size, first: 0 });
        return [draw.name, hostAt(draw.tensor, size, arena.view(place))];
      }),
    );
  };
};
