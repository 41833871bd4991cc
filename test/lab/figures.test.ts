import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import type { Computed } from "../../lab/parts/definition.js";
import { initialState, readState, writeState } from "../../lab/parts/link.js";
import { missing } from "../../src/missing.js";
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

/** What programs print, each run as it is, one after another in one process: starting one takes longer than most of them. */
const printed = async (name: string, codes: readonly string[]): Promise<unknown[]> => {
  const paths = codes.map((code, i) => {
    const path = join(programs, `${name}-${i}.mjs`);
    writeFileSync(path, code);
    return path;
  });
  const all = join(programs, `${name}.mjs`);
  writeFileSync(
    all,
    paths.map((path) => `await import(${JSON.stringify(pathToFileURL(path).href)});`).join("\n"),
  );
  const { stdout } = await promisify(execFile)(process.execPath, [all], { cwd: root });
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
};

it("all have a page, and a line in the list of figures", () => {
  const pages = readdirSync(join(root, "lab/pages/figures"));
  const list = readFileSync(join(root, "lab/pages/figures/index.md"), "utf8");
  for (const [name] of figures) {
    expect(pages).toContain(`${name}.md`);
    expect(list).toContain(`](./${name})`);
  }
});

/** The state of a figure with a shorter training, where it trains: its program is no other for that. */
const brief = <S extends object>(state: S): S =>
  "epochs" in state && typeof state.epochs === "number"
    ? { ...state, epochs: Math.min(state.epochs, 10) }
    : state;

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
    // Of figures that train, a few: each state is trained for twice, here and by the program.
    const most = "epochs" in initialState(definition.fields) ? 3 : definition.tries.length;
    const states = [{}, ...definition.tries.slice(0, most).map(({ state }) => state)].map((part) =>
      brief({ ...initialState(definition.fields), ...part }),
    );
    const results: Computed[] = [];
    for (const state of states) results.push(await compute(state));
    const codes = states.map((state, i) => definition.code(state, results[i] ?? missing()));
    const answers = await printed(name, codes);
    expect(answers.length).toBe(states.length);
    for (const [i, result] of results.entries()) {
      const known = new Set(numbersIn(result));
      const numbers = numbersIn(answers[i]).filter(Number.isFinite);
      expect(numbers.length).toBeGreaterThan(1);
      expect(numbers.filter((value) => !known.has(value))).toEqual([]);
    }
  });
});
