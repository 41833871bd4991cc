import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asCsv } from "../../lab/parts/export.js";
import { ExpressionError, parse, toCode } from "../../lab/parts/expression.js";
import {
  choice,
  flag,
  LinkError,
  type Point,
  point,
  points,
  range,
  several,
  text,
} from "../../lab/parts/fields.js";
import { histogram } from "../../lab/parts/histogram.js";
import { begin, change, redo, undo } from "../../lab/parts/history.js";
import { type Fields, initialState, readState, withParameter, writeState } from "../../lab/parts/link.js";
import { policyOf } from "../../lab/server/policy.js";
import { descentLemmaClaim } from "../../src/studies/claims/index.js";
import * as theory from "../../src/theory/index.js";

interface State {
  readonly rate: number;
  readonly kind: "a" | "b";
  readonly rules: readonly ("x" | "y")[];
  readonly isNoisy: boolean;
  readonly typed: string;
  readonly start: Point;
  readonly cloud: readonly Point[];
}

const fields: Fields<State> = {
  rate: range("e", "η", 1, { min: 0, max: 2 }),
  kind: choice("f", "f", "a", { a: "A", b: "B" }),
  rules: several("r", "rules", ["x"], { x: "X", y: "Y" }),
  isNoisy: flag("n", "noisy", false),
  typed: text("g", "g", "x^2"),
  start: point(
    "s",
    "start",
    [0, 0],
    [
      [-5, 5],
      [-5, 5],
    ],
  ),
  cloud: points(
    "p",
    "points",
    [[1, 2]],
    [
      [-5, 5],
      [-5, 5],
    ],
    3,
  ),
};

describe("states in links", () => {
  it("come back as they were, whatever they are", () => {
    const coordinate = fc
      .double({ min: -5, max: 5, noNaN: true })
      .map((value) => Number(value.toPrecision(6)));
    const pair = fc.tuple(coordinate, coordinate);
    const state = fc.record({
      rate: fc.double({ min: 0, max: 2, noNaN: true }).map((value) => Number(value.toPrecision(6))),
      kind: fc.constantFrom("a" as const, "b" as const),
      rules: fc.subarray(["x", "y"] as const),
      isNoisy: fc.boolean(),
      typed: fc.string({ maxLength: 50 }).map((value) => value.replaceAll("~", "")),
      start: pair,
      cloud: fc.array(pair, { maxLength: 3 }),
    });
    const clean = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
    fc.assert(
      fc.property(state, (wanted) => {
        const query = withParameter("?embed=1", "gd", writeState<State>(fields, wanted));
        const read = new URLSearchParams(query).get("gd");
        expect(new URLSearchParams(query).get("embed")).toBe("1");
        expect(clean(read === null ? initialState(fields) : readState(fields, read))).toEqual(clean(wanted));
      }),
    );
  });

  it("are empty where nothing was changed, and short where little was", () => {
    expect(writeState(fields, initialState(fields))).toBe("");
    expect(writeState(fields, { ...initialState(fields), rate: 0.5 })).toBe("1~e:0.5");
    expect(withParameter("?gd=1~e:2&a=b", "gd", "")).toBe("?a=b");
  });

  it.each([
    ["2~e:1", /version "2"/],
    ["1~e:x", /e is "x"; expected a number/],
    ["1~e:3", /from 0 to 2/],
    ["1~f:c", /expected one of a, b/],
    ["1~r:x,z", /"z"/],
    ["1~n:yes", /expected 0 or 1/],
    ["1~s:1", /two numbers/],
    ["1~s:1,9", /from -5 to 5/],
    ["1~p:1,1;1,1;1,1;1,1", /3 at most/],
    ["1~q:1", /does not know/],
    ["1~e", /does not know/],
  ])("say what is wrong with %s", (link, problem) => {
    expect(() => readState(fields, link)).toThrow(problem);
    expect(() => readState(fields, link)).toThrow(LinkError);
  });
});

it("a drag is one change to undo", () => {
  let history = change(begin(1), 2);
  history = change(change(history, 3, true), 4, true);
  expect(undo(history).present).toBe(1);
  expect(redo(undo(history)).present).toBe(4);
  expect(undo(begin(1)).present).toBe(1);
  expect(redo(history).present).toBe(4);
});

describe("expressions", () => {
  const evaluate = (typed: string, x: number, y = 0): number => {
    const value = (each: ReturnType<typeof parse>): number => {
      switch (each.kind) {
        case "number":
          return each.value;
        case "variable":
          return each.name === "x" ? x : y;
        case "negative":
          return -value(each.of);
        case "call":
          return (
            (Math as unknown as Record<string, (x: number) => number>)[each.name]?.(value(each.of)) ??
            Number.NaN
          );
        case "binary": {
          const [a, b] = [value(each.left), value(each.right)];
          return { "+": a + b, "-": a - b, "*": a * b, "/": a / b, "^": a ** b }[each.operator];
        }
      }
    };
    return value(parse(typed, ["x", "y"]));
  };

  it.each([
    ["-x^2", 3, -9],
    ["2^3^2", 0, 512],
    ["2x", 3, 6],
    ["2x^2", 3, 18],
    ["-2x", 3, -6],
    ["3(x+1)", 2, 9],
    ["x y", 3, 6],
    ["1 - 2 - 3", 0, -4],
    ["8/4/2", 0, 1],
    ["x² + 1", 3, 10],
    ["exp(0) + cos(0)", 0, 2],
    ["2pi", 0, 2 * Math.PI],
    ["1e-2 x", 2, 0.02],
    ["x^-1", 4, 0.25],
    ["2 - -x", 1, 3],
    ["x**2 · 2 − 1", 2, 7],
  ])("%s at %d is %d", (typed, x, expected) => {
    expect(evaluate(typed, x, 2)).toBeCloseTo(expected, 12);
  });

  it.each([
    ["", /nothing was typed/],
    ["x +", /missing at the end/],
    ["(x", /"\)" is missing at the end/],
    ["foo(x)", /"foo" at place 1 is not known/],
    ["x $ 2", /"\$" at place 3 cannot be read/],
    ["sin x", /"\(" is missing/],
    ["x)", /should end at place 2/],
  ])("%s is refused in words", (typed, problem) => {
    expect(() => parse(typed, ["x"])).toThrow(problem);
    expect(() => parse(typed, ["x"])).toThrow(ExpressionError);
  });

  it("are written as code of the library", () => {
    expect(toCode(parse("x^2/2 + sin(3x)", ["x"]))).toBe(
      'graph.pow(x, 2).div(2).add(graph.sin(graph.scalar(3, "float64").mul(x)))',
    );
  });
});

it("tables become CSV that spreadsheets read", () => {
  expect(asCsv([{ title: "T", columns: ["a", 'b "c"'], rows: [[1, "x, y"]] }])).toBe(
    'a,"b ""c"""\r\n1,"x, y"\r\n',
  );
});

it("the policy names the page's own scripts by their hashes, and allows no others", () => {
  const policy = policyOf('<script>let a = 1;</script><script src="/x.js"></script>');
  expect(policy).toMatch(/script-src 'self' 'wasm-unsafe-eval' 'sha256-[A-Za-z0-9+/=]+';/);
  expect(policy).not.toContain("'unsafe-eval'");
  expect(policy.split(";").find((part) => part.includes("script-src"))).not.toContain("unsafe-inline");
});

it("the smallest decrease is that of steps whose promise rounding leaves to be seen", async () => {
  const f = theory.quadraticObjective(theory.matrix([[1]]), Float64Array.of(1));
  const run = await theory.descend(f, {
    w0: Float64Array.of(3),
    eta: 0.8,
    steps: 80,
    minimiser: Float64Array.of(1),
  });
  const claim = descentLemmaClaim([
    { multiple: 0.8, run, certificate: theory.certify(run, { L: 1, mu: 1 }) },
  ]);
  expect(claim.verdict).toBe("held");
  expect(claim.measured).toContain("the smallest decrease was 1.200 of the promise");
});

describe("histograms", () => {
  it("count values in bins of equal width, and those beyond in the outermost", () => {
    expect(histogram([-5, -1, -0.51, -0.5, 0, 0.4, 0.5, 0.99, 1, 7], [-1, 1], 4)).toEqual([3, 1, 2, 4]);
  });
});
