import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatTable, median, runPeer, stepTable } from "../../bench/harness.js";

describe("median", () => {
  it("has as many numbers below as above", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1 }), (numbers) => {
        const middle = median(numbers);
        expect(numbers.filter((x) => x < middle).length).toBeLessThanOrEqual(numbers.length / 2);
        expect(numbers.filter((x) => x > middle).length).toBeLessThanOrEqual(numbers.length / 2);
      }),
    );
  });

  it("of an even count lies between the two in the middle, and leaves its argument alone", () => {
    const numbers = [10, 1, 3, 2];
    expect(median(numbers)).toBe(2.5);
    expect(numbers).toEqual([10, 1, 3, 2]);
  });
});

it("tables align numbers right and text left", () => {
  const rows = [
    { name: "a", ms: 12.3456 },
    { name: "longer", ms: 1234.5 },
    { name: "b", ms: undefined },
  ];
  expect(
    formatTable(rows, [
      { title: "library", cell: ({ name }) => name },
      { title: "step (ms)", cell: ({ ms }) => ms },
    ]),
  ).toBe(["library  step (ms)", "a             12.3", "longer        1235", "b                -"].join("\n"));
});

it("the table of steps gives each peer as a multiple of ours and names the skipped with their reasons", () => {
  const row = { version: "1", variant: "cpu", threads: 2 };
  const text = stepTable({ ...row, name: "ours", stepMs: 2, minMs: 1 }, [
    { ...row, name: "slow", stepMs: 20, minMs: 19 },
    { name: "absent", skipped: "not installed" },
  ]);
  expect(text.split("\n")[1]).toMatch(/^ours 1 .* 2 +1 +1$/);
  expect(text.split("\n")[2]).toMatch(/^slow 1 .* 20 +19 +10$/);
  expect(text.split("\n")[3]).toBe("absent skipped: not installed");
});

describe("a peer", () => {
  it.each(["tfjs-wasm", "jax-js", "pytorch"] as const)(
    "%s trains and reports, or is skipped because it is not there",
    async (name) => {
      const answer = await runPeer(name, {
        task: "mlp",
        layers: [20, 16, 5],
        batch: 8,
        optimizer: "adam",
        steps: 30,
        seconds: 2,
        threads: 1,
      });
      if ("skipped" in answer) {
        expect(answer.skipped).toMatch(/^not installed; run|^no python with torch/);
      } else {
        expect(answer.name).toBe(name);
        expect(answer.stepMs).toBeGreaterThan(0);
        expect(answer.loss[1]).toBeLessThan(answer.loss[0]);
      }
    },
  );

  it("that cannot do the job is skipped with a reason of one line", async () => {
    const answer = await runPeer("tfjs-wasm", {
      task: "mlp",
      layers: [4, 2],
      batch: 2,
      optimizer: "no-such-rule",
      threads: 1,
    });
    expect(answer).toEqual({ name: "tfjs-wasm", skipped: expect.stringMatching(/^\S.*$/) });
  });
});
