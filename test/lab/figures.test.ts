import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { computations } from "../../lab/figures/computations.js";
import { initialState, readState, writeState } from "../../lab/parts/link.js";
import { figures } from "./figures.js";

// Figures and their programs import "steepest" by its name.
const root = fileURLToPath(new URL("../..", import.meta.url));
const programs = join(root, "node_modules/.cache/steepest/programs");
mkdirSync(programs, { recursive: true });

/** Every number in something, in order. */
const numbersIn = (value: unknown): number[] => {
  if (typeof value === "number") return [value];
  if (ArrayBuffer.isView(value)) return numbersIn([...(value as Float64Array)]);
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbersIn) : [];
};

const run = async (name: string, code: string): Promise<unknown> => {
  const path = join(programs, `${name}.mjs`);
  writeFileSync(path, code);
  const { stdout } = await promisify(execFile)(process.execPath, [path], { cwd: root });
  return JSON.parse(stdout);
};

it("are all in the worker's list, and all have a page", () => {
  const names = figures.map(([name]) => name);
  expect(Object.keys(computations).sort()).toEqual([...names].sort());
  expect(
    readdirSync(join(root, "lab/figures"), { withFileTypes: true })
      .flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
      .sort(),
  ).toEqual([...names].sort());
  const pages = readdirSync(join(root, "lab/pages/figures"));
  expect(names.filter((name) => !pages.includes(`${name}.md`))).toEqual([]);
});

describe.each(figures)("the figure %s", (name, load) => {
  it("has three things to try at least, whose states pass through a link", async () => {
    const { definition } = await load();
    expect(definition.tries.length).toBeGreaterThanOrEqual(3);
    for (const each of definition.tries) {
      const state = { ...initialState(definition.fields), ...each.state };
      const text = writeState(definition.fields, state);
      expect(text.length).toBeLessThan(200);
      if (text !== "") expect(readState(definition.fields, text)).toEqual(state);
    }
  });

  it("judges the lecture's claims, and has its numbers in a table", async () => {
    const { definition, compute } = await load();
    const state = initialState(definition.fields);
    const result = await compute(state);
    expect(result.claims.length).toBeGreaterThan(0);
    for (const { claim, measured } of result.claims) {
      expect(claim.length).toBeGreaterThan(10);
      expect(measured).toMatch(/\d/);
      expect(measured).not.toMatch(/NaN|undefined/);
    }
    const tables = definition.tables(result, state);
    expect(tables.length).toBeGreaterThan(0);
    for (const { columns, rows } of tables) {
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) expect(row.length).toBe(columns.length);
    }
  });

  it("gives a program that computes the same numbers", async () => {
    const { definition, compute } = await load();
    const states = [{}, ...definition.tries.map(({ state }) => state)];
    const checked = states.map(async (part, i) => {
      const state = { ...initialState(definition.fields), ...part };
      const result = await compute(state);
      const printed = await run(`${name}-${i}`, definition.code(state, result));
      const known = new Set(numbersIn(result));
      const numbers = numbersIn(printed).filter(Number.isFinite);
      expect(numbers.length).toBeGreaterThan(1);
      expect(numbers.filter((value) => !known.has(value))).toEqual([]);
    });
    await Promise.all(checked);
  });
});
