import { graph, input, type Tensor, theory } from "steepest";
import { parse } from "../parts/expression.js";
import { toTensor } from "../parts/expression-graph.js";

/** The objective of one number that was typed. */
export const objectiveOfX = (text: string): theory.Objective => {
  const x = input("x", [1], "float64");
  const value = graph.sum(graph.expand(toTensor(parse(text, ["x"]), { x }), [1]));
  return theory.objective({ name: "f", parameters: x, value });
};

/** The objective of two numbers that was typed. */
export const objectiveOfXY = (text: string): theory.Objective => {
  const w = input("w", [2], "float64");
  const part = (at: number): Tensor => graph.reshape(graph.slice(w, { start: at, end: at + 1 }), []);
  const value = toTensor(parse(text, ["x", "y"]), { x: part(0), y: part(1) });
  return theory.objective({ name: "f", parameters: w, value });
};

/** Values of an objective at many places; NaN where it leaves the reals. */
export const valuesAt = async (
  f: theory.Objective,
  places: readonly Float64Array[],
): Promise<Float64Array> => {
  const values = new Float64Array(places.length);
  for (const [i, place] of places.entries()) values[i] = await f.value(place);
  return values;
};
