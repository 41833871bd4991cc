import fc from "fast-check";
import { describe, it } from "vitest";
import { SteepestError } from "../../src/errors.js";
import * as graph from "../../src/graph/index.js";
import { decodeModel, encodeModel } from "../../src/onnx/codec.js";
import { readModel } from "../../src/onnx/read.js";
import type { ModelProto } from "../../src/onnx/schema.js";
import { writeModel } from "../../src/onnx/write.js";
import { floats, foreign, ints, op, value } from "./foreign.js";
import { generator } from "./random-models.js";

/** A network with most kinds of nodes: products, shapes computed from shapes, slices, pads, constants of every type. */
const models: readonly Uint8Array[] = [
  foreign({
    nodes: [
      op("Shape", "x", "s"),
      op("Gather", "s zero", "n", { axis: 0 }),
      op("Constant", "", "two", { value_ints: [2] }),
      op("Mul", "n two", "k"),
      op("Concat", "k two", "target", { axis: 0 }),
      op("Reshape", "x target", "r"),
      op("MatMul", "r w", "m"),
      op("BatchNormalization", "m g g g v", "b", { epsilon: { float: 0.1 } }),
      op("Softmax", "b", "p", { axis: -1 }),
      op("Slice", "p zero one one", "c"),
      op("Pad", "c pads", "d"),
      op("Split", "d", "e f", { axis: 1, num_outputs: 2 }),
      op("Concat", "e f e", "h", { axis: 1 }),
      op("Range", "start limit delta", "q"),
      op("Cast", "q", "qf", { to: 1 }),
      op("Transpose", "h", "t", { perm: [1, 0] }),
      op("ReduceSum", "t zero", "u", { keepdims: 0 }),
      op("Unsqueeze", "u one", "uu"),
      op("ConstantOfShape", "two", "o", { value: floats("o", [1], [3]) }),
      op("Add", "uu o", "a"),
      op("Clip", "a low high", "y"),
    ],
    inputs: [value("x", ["N", 4])],
    stored: [
      ints("zero", [0]),
      ints("one", [1]),
      floats("w", [2, 3], [1, 2, 3, 4, 5, 6]),
      floats("g", [3], [1, 2, 3]),
      floats("v", [3], [1, 1, 1]),
      ints("pads", [0, 1, 0, 2]),
      ints("start", [0], []),
      ints("limit", [5], []),
      ints("delta", [1], []),
      floats("low", [], [0]),
      floats("high", [], [6]),
    ],
    outputs: ["y", "qf"],
    opset: 18,
  }),
  (() => {
    const x = graph.input("x", ["batch", 6]);
    const w = graph.input("w", [6, 3]);
    const y = graph.logSoftmax(graph.relu(x.matmul(w)).add(graph.constant([1, 2, 3], [3])));
    return writeModel({
      inputs: [x],
      outputs: { y },
      initializers: new Map([[w, new Float32Array(18).fill(0.5)]]),
      metadata: { a: "b" },
    });
  })(),
];

/** Reads what may be damaged: it works, or is refused with a SteepestError. */
const survives = (bytes: Uint8Array): void => {
  try {
    writeModel(readModel(bytes));
  } catch (error) {
    if (!(error instanceof SteepestError)) throw error;
  }
};

type Random = ReturnType<typeof generator>;

const strange = [0, -1, 1, 3, 64, 2 ** 31, 2 ** 33, -(2 ** 31), 2n ** 63n - 1n, -(2n ** 63n)] as const;

/** Changes one thing somewhere in a decoded message: a number, a text, an entry of a list or a field; or exchanges two of them. */
const damage = (root: ModelProto, random: Random): void => {
  const places: { readonly holder: Record<string, unknown>; readonly key: string }[] = [];
  const collect = (value: unknown): void => {
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return;
    for (const key of Object.keys(value)) {
      const holder = value as Record<string, unknown>;
      places.push({ holder, key });
      collect(holder[key]);
    }
  };
  collect(root);
  const { holder, key } = random.pick(places);
  const other = random.pick(places);
  const old = holder[key];
  const words = places.map((place) => place.holder[place.key]).filter((v) => typeof v === "string");
  const changes: (() => void)[] = [
    () => delete holder[key],
    () => {
      [holder[key], other.holder[other.key]] = [other.holder[other.key], old];
    },
    () => {
      holder[key] = structuredClone(other.holder[other.key]);
    },
    () => {
      if (typeof old === "number" || typeof old === "bigint") holder[key] = random.pick(strange);
      if (typeof old === "string")
        holder[key] = random.pick([...words, "", "__proto__", "constructor", "Relu", "If"]);
      if (ArrayBuffer.isView(old)) holder[key] = new Uint8Array(random.int(0, 40)).fill(255);
      if (Array.isArray(old))
        holder[key] = random.pick([[], [...old, ...old], old.toReversed(), [...old, random.pick(strange)]]);
    },
  ];
  random.pick([...changes, changes.at(-1) ?? (() => {})])();
};

/** Puts one number of its attributes or stored whole numbers to an extreme. */
const exaggerate = ({ graph: { node = [], initializer = [] } }: ModelProto, random: Random): void => {
  const lists = [
    ...initializer.flatMap(({ int64Data }) => (int64Data?.length ? [int64Data] : [])),
    ...node.flatMap(({ attribute = [] }) =>
      attribute.flatMap(({ ints: values }) => (values?.length ? [values] : [])),
    ),
  ];
  const single = node.flatMap(({ attribute = [] }) => attribute.filter(({ i }) => i !== undefined));
  if (random.chance(3)) random.pick(single).i = random.pick(strange);
  else {
    const list = random.pick(lists);
    list[random.int(0, list.length - 1)] = random.pick(strange);
  }
};

/** Bytes again, or undefined where the damage is such that no writer could have written it. */
const encoded = (model: ModelProto): Uint8Array | undefined => {
  try {
    return encodeModel(model);
  } catch {
    return undefined;
  }
};

const byModel = fc.constantFrom(...models);

describe("a damaged model is read or refused in one line, whatever was done to it", () => {
  it("cut short", () => {
    fc.assert(
      fc.property(byModel, fc.double({ min: 0, max: 1, noNaN: true }), (bytes, part) =>
        survives(bytes.subarray(0, Math.floor(part * bytes.length))),
      ),
      { numRuns: 300 },
    );
  });

  it("with other bytes, fewer or more", () => {
    const edit = fc.record({
      at: fc.nat(),
      bytes: fc.uint8Array({ maxLength: 4 }),
      dropped: fc.nat({ max: 6 }),
    });
    fc.assert(
      fc.property(byModel, fc.array(edit, { minLength: 1, maxLength: 4 }), (model, edits) => {
        const bytes = edits.reduce((all, { at, bytes, dropped }) => {
          const place = at % (all.length + 1);
          return Uint8Array.from([...all.subarray(0, place), ...bytes, ...all.subarray(place + dropped)]);
        }, model);
        survives(bytes);
      }),
      { numRuns: 1500 },
    );
  });

  it("with fields that were changed, left out, exchanged or repeated", () => {
    fc.assert(
      fc.property(byModel, fc.integer(), fc.integer({ min: 1, max: 4 }), (bytes, seed, times) => {
        const model = decodeModel(bytes);
        const random = generator(seed);
        for (let i = 0; i < times; i++) damage(model, random);
        const damaged = encoded(model);
        if (damaged) survives(damaged);
      }),
      { numRuns: 1500 },
    );
  });

  it("with whole numbers at their extremes", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 3 }), (seed, times) => {
        const [bytes = new Uint8Array()] = models;
        const model = decodeModel(bytes);
        const random = generator(seed);
        for (let i = 0; i < times; i++) exaggerate(model, random);
        survives(encodeModel(model));
      }),
      { numRuns: 500 },
    );
  });
});
