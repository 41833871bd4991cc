import { describe, expect, it } from "vitest";
import { divide, type Parts } from "../../src/tables/splits.js";

const rows = Uint32Array.from({ length: 60 }, (_, i) => i);
const options = { seed: 1, test: 0.2, validation: 0.1 };
const nothing = { fold: undefined, group: undefined, time: undefined, classes: undefined };
const foldsOf = (division: Partial<Parameters<typeof divide>[2]>): Parts[] =>
  [1, 2, 3].map((fold) => divide(rows, options, { ...nothing, ...division, fold: { fold, of: 3 } }));

describe("folds of a table", () => {
  it("hold every row once as the test, and apart from what is trained on and watched", () => {
    const folds = foldsOf({});
    expect(folds.flatMap(({ test }) => [...test]).sort((a, b) => a - b)).toEqual([...rows]);
    for (const { train, validation, test } of folds) {
      expect(validation.length).toBe(4);
      expect([...train, ...validation, ...test].sort((a, b) => a - b)).toEqual([...rows]);
    }
  });

  it("keep the share of every class", () => {
    const classes = Int32Array.from(rows, (row) => Number(row % 6 === 0));
    for (const { test, train } of foldsOf({ classes })) {
      expect(test.filter((row) => classes[row] === 1).length).toBeGreaterThanOrEqual(3);
      expect(test.filter((row) => classes[row] === 1).length).toBeLessThanOrEqual(4);
      expect(train.some((row) => classes[row] === 1)).toBe(true);
    }
  });

  it("divide no group, and are of about one size", () => {
    const groups = Int32Array.from(rows, (row) => Math.floor(Math.sqrt(row)));
    const folds = foldsOf({ group: ["patient", groups] });
    expect(folds.flatMap(({ test }) => [...test]).sort((a, b) => a - b)).toEqual([...rows]);
    for (const parts of folds) {
      const [train, validation, test] = [parts.train, parts.validation, parts.test].map(
        (part) => new Set(Array.from(part, (row) => groups[row])),
      );
      expect(validation?.size).toBeGreaterThan(0);
      expect([...(test ?? [])].filter((group) => train?.has(group) || validation?.has(group))).toEqual([]);
      expect([...(validation ?? [])].filter((group) => train?.has(group))).toEqual([]);
      expect(Math.abs(parts.test.length - 20)).toBeLessThanOrEqual(5);
    }
    const few = Int32Array.from(rows, (row) => row % 3);
    expect(() => foldsOf({ group: ["patient", few] })).toThrow(
      'column "patient" has 3 groups; 3 folds and validation rows need 4',
    );
  });
});
