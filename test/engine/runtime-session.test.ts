import { expect, test } from "vitest";
import { hostTensors, type LoadedModel, sessionOf } from "../../src/engine/runtime-session.js";

const two = { dtype: "float32", data: new Float32Array([1, 2]), shape: [2] } as const;

const doubling = (changes: Partial<LoadedModel> = {}) => {
  const calls = { released: 0 };
  const session = sessionOf({
    run: async ({ x }) => ({
      y: { ...two, data: Float32Array.from((x ?? two).data as Float32Array, (v) => 2 * v) },
    }),
    release: async () => {
      calls.released += 1;
    },
    ...changes,
  });
  return { session, calls };
};

test("a bound session copies what was computed to where it is wanted, if the runtime cannot write there", async () => {
  const { session } = doubling();
  const y = { ...two, data: new Float32Array(2) };
  await session.bind({ x: two }, { y }).run();
  expect([...y.data]).toEqual([2, 4]);
});

test("a runtime that writes where it is told is not copied from", async () => {
  const runs: string[] = [];
  const { session } = doubling({
    runInto: () => async () => {
      runs.push("into");
    },
  });
  const y = { ...two, data: new Float32Array(2) };
  await session.bind({ x: two }, { y }).run();
  expect(runs).toEqual(["into"]);
  expect([...y.data]).toEqual([0, 0]);
});

test("a released session is run no more, bound or not, and is released once", async () => {
  const { session, calls } = doubling();
  const bound = session.bind({ x: two }, { y: two });
  await session.release();
  await session.release();
  expect(calls.released).toBe(1);
  await expect(session.run({ x: two })).rejects.toThrow("this program was released");
  await expect(bound.run()).rejects.toThrow("this program was released");
});

test("a type that the graph does not know is named with its output", () => {
  expect(() => hostTensors({ y: { type: "float16", data: new Uint16Array(1), dims: [1] } })).toThrow(
    'output "y" has type float16',
  );
});
