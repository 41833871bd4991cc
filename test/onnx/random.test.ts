import { expect, it } from "vitest";
import { SteepestError } from "../../src/errors.js";
import type { NodeProto, TensorProto } from "../../src/onnx/schema.js";
import { foreign, value } from "./foreign.js";
import { Drawing, generator, type Known } from "./random-models.js";
import { type Computed, type Feeds, type Outputs, runAsRead, runDirectly } from "./runtime.js";

const pattern = [1, -2, 3, 0.5, -1, 2, 0, 4, -0.25, 10, -30, 0.001];
const feeds: Feeds = {
  x: {
    dtype: "float32",
    shape: [2, 3, 4],
    data: Float32Array.from({ length: 24 }, (_, i) => (pattern[(i * 7) % 12] ?? 0) * (i % 5 === 4 ? -1 : 1)),
  },
  i: { dtype: "int64", shape: [2, 3], data: BigInt64Array.of(0n, 1n, -1n, 1n, 0n, -2n) },
  b: { dtype: "bool", shape: [2, 3], data: Uint8Array.of(0, 1, 1, 0, 1, 0) },
};
const usable = ["float32", "float64", "int64", "bool"];

/** Equal but for rounding, which is judged by the largest number: where numbers cancel, no more is exact. */
const isClose = (a: Computed, b: Computed): boolean => {
  const size = Math.max(1, ...a.data.map((v) => (Number.isFinite(v) ? Math.abs(v) : 0)));
  return (
    a.shape.join() === b.shape.join() &&
    a.data.every((v, k) => {
      const w = b.data[k] ?? Number.NaN;
      return v === w || (Number.isNaN(v) && Number.isNaN(w)) || Math.abs(v - w) <= 2e-5 * size;
    })
  );
};

interface Attempt {
  readonly outputs?: Outputs;
  readonly error?: unknown;
}

const attempt = async (work: Promise<Outputs>): Promise<Attempt> => {
  try {
    return { outputs: await work };
  } catch (error) {
    return { error };
  }
};

/** What became of the nodes of one random model, each tried beside those that worked. */
const compare = async (
  seed: number,
  tally: Record<"agree" | "refused" | "invalid", number>,
): Promise<void> => {
  const random = generator(seed);
  const opset = random.int(7, 21);
  const rows = random.chance(3) ? "N" : 2;
  const inputs = [value("x", [rows, 3, 4]), value("i", [rows, 3], 7), value("b", [rows, 3], 9)];
  const drawing = new Drawing(random, opset);
  const values: Known[] = Object.entries(feeds).map(([name, { dtype, shape }]) => ({
    name,
    type: dtype,
    shape,
  }));
  const nodes: NodeProto[] = [];
  const stored: TensorProto[] = [];
  for (let step = 0; step < 5; step++) {
    const drawn = drawing.step(values);
    const outputs = drawn.node.output ?? [];
    const all = [...stored, ...drawn.stored];
    const bytes = foreign({ nodes: [...nodes, drawn.node], stored: all, inputs, outputs, opset });
    const direct = await attempt(runDirectly(bytes, feeds));
    const read = await attempt(runAsRead(bytes, feeds));
    const where = `seed ${seed}, step ${step}: ${drawn.node.opType}`;
    if (direct.outputs === undefined) {
      // What the runtime refuses may be read, where it lacks no more than an operator's form for a type.
      tally.invalid += 1;
    } else if (read.outputs === undefined) {
      expect(read.error, where).toBeInstanceOf(SteepestError);
      tally.refused += 1;
    } else {
      for (const name of outputs) {
        const [a, b] = [direct.outputs[name], read.outputs[name]];
        const isEqual = a !== undefined && b !== undefined && isClose(a, b);
        expect(isEqual, `${where}: ${JSON.stringify(a)} by the runtime, ${JSON.stringify(b)} as read`).toBe(
          true,
        );
        if (a && usable.includes(a.type) && a.data.length > 0)
          values.push({ name, type: a.type, shape: a.shape });
      }
      nodes.push(drawn.node);
      stored.push(...drawn.stored);
      tally.agree += 1;
    }
  }
};

it("random models of the supported operators compute what the runtime computes from their bytes", async () => {
  const tally = { agree: 0, refused: 0, invalid: 0 };
  for (let seed = 1; seed <= 120; seed++) await compare(seed, tally);
  expect(tally.agree).toBeGreaterThan(0.6 * (tally.agree + tally.refused + tally.invalid));
}, 120_000);
