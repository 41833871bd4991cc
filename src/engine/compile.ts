import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import { countOf, factorOf, formatShape, isSymbolic, shapeFor } from "../graph/shape.js";
import { inputName, type Tensor } from "../graph/tensor.js";
import { arrayOf, type Values } from "../graph/values.js";
import type { Graph } from "../onnx/write.js";
import { requireKnown } from "../options.js";
import { defaultEngine } from "./default.js";
import type { Engine, HostTensor, HostTensors, SessionOptions } from "./engine.js";
import { loadGraph } from "./load-graph.js";

/** A compiled graph: a function from the values of its inputs to those of its outputs. */
export interface Program<Output extends string = string> {
  /**
   * Runs the graph. The batch size follows from the number of values given. Throws where an input is missing, unknown,
   * or does not fill its shape, and where inputs disagree about the batch size.
   */
  run(values: Readonly<Record<string, Values>>): Promise<Readonly<Record<Output, HostTensor>>>;
  /** Frees the engine's memory. */
  release(): Promise<void>;
}

export interface CompileOptions extends SessionOptions {
  /** What runs the graph. @defaultValue ONNX Runtime on the processor */
  readonly engine?: Engine;
}

export type { Values } from "../graph/values.js";
export { defaultEngine };

/** Checks values against the input they are meant for and gives them their shape. */
export const hostTensor = (x: Tensor, values: Values | undefined): HostTensor => {
  const name = inputName(x);
  const data = arrayOf(`input "${name}"`, x.dtype, values);
  const { fixed, batches } = countOf(x.shape);
  const size = data.length / fixed;
  if (batches > 0 ? !Number.isInteger(size) : data.length !== fixed) {
    throw new SteepestError(
      `input "${name}": ${data.length} values do not fill shape ${formatShape(x.shape)}`,
    );
  }
  return { dtype: x.dtype, data, shape: shapeFor(x.shape, size) };
};

/** Throws where inputs hold different numbers of examples: broadcasting would hide it where one of them holds one. */
const checkBatch = (inputs: readonly Tensor[], feeds: HostTensors): void => {
  const [first, ...others] = inputs.flatMap((x) => {
    const axis = x.shape.findIndex(isSymbolic);
    const [dim, length] = [x.shape[axis], feeds[inputName(x)]?.shape[axis]];
    return dim === undefined || length === undefined
      ? []
      : [{ name: inputName(x), size: length / factorOf(dim) }];
  });
  const other = others.find(({ size }) => size !== first?.size);
  if (first !== undefined && other !== undefined) {
    throw new SteepestError(
      `the inputs disagree about the number of examples: "${first.name}" holds ${first.size}, "${other.name}" ${other.size}`,
    );
  }
};

/** Throws where something else was given as an engine, as plain JavaScript allows. */
export const requireEngine = (where: string, engine: unknown): void => {
  if (typeof engine === "object" && engine !== null && "load" in engine && typeof engine.load === "function")
    return;
  throw new SteepestError(
    `${where}: engine must be an engine, which has a function load, got ${givenText(engine)}`,
  );
};

/**
 * Compiles a graph into a function.
 *
 * ```ts
 * const x = input("x", [graph.batch, 3]);
 * const f = await compile({ inputs: [x], outputs: { y: graph.sum(graph.square(x)) } });
 * const { y } = await f.run({ x: [1, 2, 3] });
 * ```
 */
export const compile = async <Output extends string>(
  graph: Graph & { readonly outputs: Readonly<Record<Output, Tensor>> },
  options: CompileOptions = {},
): Promise<Program<Output>> => {
  if (typeof graph !== "object" || graph === null) {
    throw new SteepestError(`compile: expected { inputs: […], outputs: { … } }, got ${givenText(graph)}`);
  }
  const { engine: given, ...forSession } = requireKnown("compile", options, [
    "engine",
    "threads",
    "spinning",
  ]);
  if (given !== undefined) requireEngine("compile", given);
  const engine = given ?? (await defaultEngine());
  const session = await loadGraph(engine, graph, forSession);
  const known = graph.inputs.map(inputName);
  return {
    run: async (values) => {
      if (
        typeof values !== "object" ||
        values === null ||
        ArrayBuffer.isView(values) ||
        Array.isArray(values)
      ) {
        throw new SteepestError(
          `run: expected values by the name of their input, such as { ${known[0] ?? "x"}: [1, 2] }, got ${givenText(values)}`,
        );
      }
      const unknown = Object.keys(values).find((name) => !known.includes(name));
      if (unknown !== undefined) {
        throw new SteepestError(
          `input "${unknown}" does not exist; the graph's inputs are ${known.join(", ") || "none"}`,
        );
      }
      const feeds: HostTensors = Object.fromEntries(
        graph.inputs.map((x) => {
          const given = values[inputName(x)];
          if (given === undefined) throw new SteepestError(`input "${inputName(x)}" has no values`);
          return [inputName(x), hostTensor(x, given)];
        }),
      );
      checkBatch(graph.inputs, feeds);
      return (await session.run(feeds)) as Readonly<Record<Output, HostTensor>>;
    },
    release: () => session.release(),
  };
};
