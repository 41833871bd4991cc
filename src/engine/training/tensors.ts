import { SteepestError } from "../../errors.js";
import { formatShape, sameShape } from "../../graph/shape.js";
import { missing } from "../../missing.js";
import type { HostTensor, HostTensors } from "../engine.js";
import { host } from "./shapes.js";

/** A named part of memory that tensors are read from and written to. */
export interface NamedView {
  readonly name: string;
  readonly shape: readonly number[];
  readonly view: Float32Array;
}

/** Views as named tensors, not copies. */
export const tensorsOf = (views: readonly NamedView[]): HostTensors =>
  Object.fromEntries(views.map(({ name, shape, view }) => [name, host(view, shape)]));

const describe = ({ dtype, shape }: HostTensor): string => `${dtype} ${formatShape(shape)}`;

/** Throws, naming the first that differs, unless the tensors given are just those that there are views for. */
const requireSame = (what: string, views: readonly NamedView[], given: HostTensors): void => {
  for (const { name, shape, view } of views) {
    const tensor = given[name];
    if (!tensor)
      throw new SteepestError(`${what}: there is no "${name}" ${formatShape(shape)} among those given`);
    const wanted = host(view, shape);
    if (
      tensor.dtype !== wanted.dtype ||
      !sameShape(tensor.shape, shape) ||
      tensor.data.length !== view.length
    ) {
      throw new SteepestError(`${what}: "${name}" is ${describe(tensor)}, expected ${describe(wanted)}`);
    }
  }
  const known = new Set(views.map(({ name }) => name));
  const unknown = Object.keys(given).find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw new SteepestError(
      `${what}: there is no place for "${unknown}"; known are ${[...known].join(", ")}`,
    );
  }
};

/** Writes tensors to their places, all of them or, where they are not what is expected, none. */
export const writeTensors = (what: string, views: readonly NamedView[], given: HostTensors): void => {
  requireSame(what, views, given);
  for (const { name, view } of views) view.set((given[name] ?? missing()).data as Float32Array);
};
