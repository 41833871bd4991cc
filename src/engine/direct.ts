import { SteepestError } from "../errors.js";
import type { Filling, Operation } from "../graph/definition.js";
import { inputName, type Tensor, topologicalOrder } from "../graph/index.js";
import type { Lanes } from "../graph/lanes.js";
import { broadcastPlaces } from "../graph/places.js";
import { rewrite } from "../graph/rewrite.js";
import { elementCount, isSymbolic, sameShape } from "../graph/shape.js";
import { isInput } from "../graph/tensor.js";
import { missing } from "../missing.js";

/** Arithmetic on single numbers in float64; truths are 1 and 0. */
const numbers: Lanes<number> = {
  number: (value) => value,
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  neg: (x) => -x,
  abs: Math.abs,
  sqrt: Math.sqrt,
  lesser: (a, b) => (b < a ? b : a),
  greater: (a, b) => (b > a ? b : a),
  isEqual: (a, b) => Number(a === b),
  isGreater: (a, b) => Number(a > b),
  isGreaterOrEqual: (a, b) => Number(a >= b),
  isLess: (a, b) => Number(a < b),
  isLessOrEqual: (a, b) => Number(a <= b),
  and: (a, b) => Number(a !== 0 && b !== 0),
  not: (x) => Number(x === 0),
  select: (truth, a, b) => (truth === 0 ? b : a),
  indicator: (truth) => truth,
};

/** One element of an elementwise operation; undefined for an operator that says neither `number` nor `lanes`. */
const elementOf = ({ definition, attributes, inputs }: Operation) => {
  if (definition.number) return (elements: readonly number[]) => definition.number?.(elements, attributes);
  if (definition.lanes) {
    return (elements: readonly number[]) => definition.lanes?.(numbers, elements, attributes, inputs);
  }
  return undefined;
};

const elementwise = ({ operation, shape }: Tensor): Filling | undefined => {
  const element = elementOf(operation);
  if (element === undefined) return undefined;
  const { inputs } = operation;
  const places = inputs.map((x) => (sameShape(x.shape, shape) ? undefined : broadcastPlaces(x.shape, shape)));
  const elements = inputs.map(() => 0);
  return (values, into) => {
    for (let i = 0; i < into.length; i++) {
      for (let k = 0; k < elements.length; k++) {
        elements[k] = values[k]?.[places[k]?.[i] ?? i] ?? missing();
      }
      into[i] = element(elements) ?? missing();
    }
  };
};

/** How an operation is computed; undefined where it cannot be, here. */
const fillingOf = (y: Tensor): Filling | undefined => {
  const { definition, inputs, attributes } = y.operation;
  return definition.direct?.(inputs, attributes, y) ?? (definition.elementwise ? elementwise(y) : undefined);
};

/** Operators that are made of others, written out where they have no form of their own. */
const writtenOut = (outputs: readonly Tensor[]): readonly Tensor[] =>
  rewrite(outputs, (x) => {
    const { definition, inputs, attributes } = x.operation;
    const { direct, number, lanes } = definition;
    return "composed" in definition && !direct && !number && !lanes
      ? definition.composed(inputs, attributes, x)
      : x;
  });

/** A graph as a function of float64 arrays in the order of its inputs, giving arrays in the order of its outputs. */
export type DirectProgram = (values: readonly Float64Array[]) => readonly Float64Array[];

/**
 * A graph of a few float64 numbers, evaluated in JavaScript one operator after the other: for functions of a few variables, for which
 * an engine would spend its time on being called. Undefined where the graph has other types, a batch, or operators that only engines have.
 * Each run gives new arrays. Throws where an output depends on an input that is not listed.
 */
export const directProgram = (
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
): DirectProgram | undefined => {
  const results = writtenOut(outputs);
  const order = topologicalOrder(results);
  const isPlain = ({ dtype, shape }: Tensor) =>
    (dtype === "float64" || dtype === "bool") && !shape.some(isSymbolic);
  if (!order.every(isPlain)) return undefined;

  const slots = new Map([...inputs, ...order.filter((x) => !isInput(x))].map((x, slot) => [x, slot]));
  const slotOf = (x: Tensor): number => {
    const slot = slots.get(x);
    if (slot === undefined)
      throw new SteepestError(`input "${inputName(x)}" is used by the graph but was not listed`);
    return slot;
  };
  const values: Float64Array[] = [];
  const steps: { fill: Filling; from: readonly number[]; given: Float64Array[]; into: Float64Array }[] = [];
  for (const y of order) {
    if (isInput(y)) continue;
    const fill = fillingOf(y);
    if (fill === undefined) return undefined;
    const from = y.operation.inputs.map(slotOf);
    const into = new Float64Array(elementCount(y.shape));
    values[slotOf(y)] = into;
    // What depends on nothing is known for good.
    if (from.length === 0) fill([], into);
    else steps.push({ fill, from, given: [], into });
  }
  const wanted = results.map(slotOf);
  return (inputValues) => {
    for (const [slot, value] of inputValues.entries()) values[slot] = value;
    for (const { fill, from, given, into } of steps) {
      for (let k = 0; k < from.length; k++) given[k] = values[from[k] ?? 0] ?? missing();
      fill(given, into);
    }
    return wanted.map((slot) => (values[slot] ?? missing()).slice());
  };
};
