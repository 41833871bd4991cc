import { expect, it } from "vitest";
import { input, sum } from "../../src/graph/index.js";
import { lazyProgram } from "../../src/theory/program.js";

it("a program is compiled anew where it is run after its release, which may come before any run and twice", async () => {
  const x = input("x", [2], "float64");
  const program = lazyProgram({ inputs: [x], outputs: { y: sum(x) }, work: 2 });
  const run = async () => (await program.run({ x: Float64Array.of(1, 2) })).y.data[0];
  await program.release();
  expect(await run()).toBe(3);
  await program.release();
  await program.release();
  expect(await run()).toBe(3);
  await program.release();
});
