import { missing } from "../../missing.js";
import { streamKey } from "../../random/random.js";
import { type Arena, type Block, Layout } from "../arena.js";
import type { HostTensors } from "../engine.js";
import { bindRandomFill, type RandomFill } from "../kernel/index.js";
import { countAt, hostAt } from "./memory.js";
import type { DrawnMask } from "./trainer.js";

/** Memory for the masks of batches of one size. */
interface MaskMemory {
  readonly size: number;
  readonly arena: Arena;
  readonly places: readonly Block[];
  readonly fill: RandomFill;
}

const allocate = (masks: readonly DrawnMask[], size: number): MaskMemory => {
  const layout = new Layout();
  const places = masks.map(({ tensor }) => layout.reserve(countAt(tensor, size)));
  const arena = layout.allocate();
  return { size, arena, places, fill: bindRandomFill(arena.memory) };
};

/**
 * Draws masks outside of training steps, into memory of their own that the next draw uses again. They are a function of the
 * seed, the mask's name and the number of the draw.
 */
export const maskSource = (masks: readonly DrawnMask[], seed: number) => {
  let memory: MaskMemory | undefined;
  return (size: number, draw: number): HostTensors => {
    if (memory?.size !== size) memory = allocate(masks, size);
    const { arena, places, fill } = memory;
    return Object.fromEntries(
      masks.map(({ name, tensor, keep, scale }, i) => {
        const place = places[i] ?? missing();
        fill.bernoulli({
          pointer: place.offset,
          count: place.count,
          keep,
          scale,
          key: streamKey(seed, `thinned ${name}`),
          step: draw,
        });
        return [name, hostAt(tensor, size, arena.view(place))];
      }),
    );
  };
};
