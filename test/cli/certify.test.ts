import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCsvProblem } from "../../src/cli/csv-problem.js";
import { SteepestError } from "../../src/errors.js";
import { random } from "../../src/random/random.js";
import { certifyProblem, type Model } from "../../src/theory/index.js";
import { lastJson, type Outcome, steepest, temporaryFolder } from "../support/cli.js";
import { gramEigenvalues } from "../theory/matrices.js";

const csv = (text: string): string => {
  const path = join(temporaryFolder(), "data.csv");
  writeFileSync(path, text);
  return path;
};

const normals = (size: number, purpose: string): Float64Array => {
  const values = new Float64Array(size);
  random(3, purpose).fillNormal(values);
  return values;
};

/** 40 rows: two features, a third on a scale of its own, y and a class of two. */
const inputs = Float64Array.from(normals(120, "inputs"), (value, i) => (i % 3 === 2 ? 5 * value : value));
const noise = normals(40, "noise");
const table = csv(
  [
    "a,b,c,y,class",
    ...Array.from(noise, (e, i) => {
      const [a = 0, b = 0, c = 0] = inputs.subarray(3 * i, 3 * i + 3);
      const y = 2 * a - b + 0.3 * c + e;
      return `${a},${b},${c},${y},${y > 0 ? "up" : "down"}`;
    }),
  ].join("\n"),
);
const regression = [table, "--target", "y", "--ignore", "class"];

const certify = (...args: string[]): { outcome: Outcome; out: string } => {
  const out = join(temporaryFolder(), "out");
  return { outcome: steepest(["certify", ...args, "--out", out]), out };
};

describe("steepest certify", () => {
  it("prints the guarantee beside what happened, and writes picture and numbers", () => {
    const { outcome, out } = certify(...regression, "--steps", "200");
    expect(outcome.code, outcome.stderr).toBe(0);
    expect(outcome.stdout).toMatch(/40 rows, 3 columns in X, target y/);
    expect(outcome.stdout).toMatch(/no intercept \(--intercept/);
    expect(outcome.stdout).toMatch(/^descent lemma +f\(w_t\) <= .* 200 +0 +\d+ +–$/m);
    expect(outcome.stdout).toMatch(/^HELD: all 6 inequalities, at each of 200 steps\.$/m);
    const stem = "data-least-squares-target-y-steps-200-ignore-class";
    expect(readdirSync(out).sort()).toEqual(["json", "png", "svg"].map((ending) => `${stem}.${ending}`));
    const svg = readFileSync(join(out, `${stem}.svg`), "utf8");
    expect(svg).toContain("every guarantee held");
    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  it("says L, mu, eta, bound and measured as one line of JSON", () => {
    const { outcome } = certify(...regression, "--steps", "100", "--json");
    expect(outcome.stdout.trim().split("\n")).toHaveLength(1);
    const result = lastJson(outcome);
    const [smallest, , largest] = gramEigenvalues({ rows: 40, columns: 3, values: inputs });
    expect(result.L).toBeCloseTo(largest ?? 0, 6);
    expect(result.mu).toBeCloseTo(smallest ?? 0, 6);
    expect(result.conditionNumber).toBeCloseTo((largest ?? 0) / (smallest ?? 1), 6);
    expect(result.eta).toBe(1 / Number(result.L));
    expect(result).toMatchObject({ steps: 100, holds: true, promised: true, firstViolation: null });
    expect(result.measured).toBeLessThanOrEqual(Number(result.bound));
    const files = result.files as Record<string, string>;
    for (const path of Object.values(files)) expect(existsSync(path), path).toBe(true);
    const record = JSON.parse(readFileSync(String(files.json), "utf8"));
    expect(record.L).toBe(result.L);
    expect(record.series.at(-1)).toMatchObject({ step: 100, bound: result.bound, measured: result.measured });
  });

  it("reports eta = 2.1/L as violating at a step: a result, or with --strict a failure", () => {
    const long = [...regression, "--eta", "2.1/L", "--steps", "200"];
    const { outcome, out } = certify(...long);
    expect(outcome.code).toBe(0);
    expect(outcome.stdout).toMatch(/^VIOLATED at step \d+, as theory allows: eta = .* is 2\.1\/L/m);
    expect(
      readFileSync(join(out, "data-least-squares-target-y-eta-2.1-L-steps-200-ignore-class.svg"), "utf8"),
    ).toMatch(/violated at step \d+/);
    const strict = certify(...long, "--strict", "--json").outcome;
    expect(strict.code).toBe(1);
    const { holds, promised, firstViolation } = lastJson(strict);
    expect([holds, promised]).toEqual([false, false]);
    const violation = firstViolation as { inequality: string; left: number; right: number; step: number };
    expect(violation.inequality).toBe("descent lemma");
    expect(violation.step).toBeGreaterThanOrEqual(1);
    expect(violation.left).toBeGreaterThan(violation.right);
  });

  it("says so where the very first step leaves the numbers", () => {
    const { outcome, out } = certify(...regression, "--eta", "1e200");
    expect(outcome.code).toBe(0);
    expect(outcome.stdout).toMatch(/^VIOLATED at step 1.*[\s\S]*diverged/m);
    expect(readdirSync(out)).toEqual(["data-least-squares-target-y-eta-1e200-ignore-class.json"]);
  });

  it("names the classes of logistic regression, and takes lambda, intercept and standardised features", () => {
    const { outcome } = certify(
      ...[table, "--target", "class", "--ignore", "y", "--model", "logistic", "--lambda", "0.5"],
      ...["--intercept", "--standardise", "--steps", "50", "--json"],
    );
    expect(outcome.stderr).toMatch(/target class \(0 is down, 1 is up\)/);
    const result = lastJson(outcome);
    expect(result).toMatchObject({ columns: 4, lambda: 0.5, mu: 1, holds: true });
    expect(Object.keys(result.weights as object)).toEqual(["a", "b", "c", "intercept"]);
  });

  it("notes constant columns", () => {
    const path = csv("a,c,y\n1,5,3\n2,5,4\n4,5,4.5\n");
    const { notes, columns } = lastJson(certify(path, "--target", "y", "--standardise", "--json").outcome);
    expect(notes).toEqual(['column "c" is constant', expect.stringMatching(/left out.*: c$/)]);
    expect(columns).toBe(1);
  });

  it("keeps the results of other settings, and does not write over those of another table of that name", () => {
    const out = join(temporaryFolder(), "out");
    const run = (path: string, ...args: string[]) =>
      steepest(["certify", path, "--target", "y", "--steps", "5", "--out", out, ...args]);
    const path = csv("a,y\n1,3\n2,4\n3,7\n");
    expect(run(path).code).toBe(0);
    expect(run(path, "--intercept").code).toBe(0);
    const kept = readdirSync(out).sort();
    expect(kept).toHaveLength(6);
    expect(run(path).code).toBe(0);
    const other = run(csv("a,y\n1,2\n2,4\n3,1\n"));
    expect(other.stderr).toMatch(
      /^steepest: .*target-y-steps-5\.json holds the results of other settings \(data .*\); choose another --out/,
    );
    expect(other.code).toBe(1);
    writeFileSync(path, "a,y\n1,3\n2,4\n3,8\n");
    const changed = run(path);
    expect(changed.stderr).toMatch(
      /holds the results of other settings \(content [0-9a-f]{16}\); choose another/,
    );
    expect(changed.code).toBe(1);
    expect(readdirSync(out).sort()).toEqual(kept);
  });

  it("reads files of other conventions, and names its own options where it needs one", () => {
    const path = csv('when|size|y\n1/2/2024|"1,000"|3\n3/4/2024|"2,000"|4\n5/6/2024|"3,500"|7\n');
    const refused = (...args: string[]) => certify(path, "--target", "y", ...args).outcome.stderr;
    expect(refused()).toMatch(/line 2 has 2 cells, line 1 has 1; .*--separator/);
    expect(refused("--separator", "||")).toMatch(/--separator is "\|\|"; give one character/);
    expect(refused("--separator", "|")).toMatch(/choose --dates day-first or --dates month-first/);
    expect(refused("--separator", "|", "--dates", "day-first")).toMatch(
      /1000 with --decimal \. and 1 with --decimal ,/,
    );
    const read = ["--separator", "|", "--decimal", ".", "--dates", "day-first"];
    const { outcome } = certify(path, "--target", "y", ...read, "--standardise", "--json");
    expect(outcome.code, outcome.stderr).toBe(0);
    expect(lastJson(outcome)).toMatchObject({ rows: 3, columns: 2 });
    const tabs = csv("a\ty\n\u001b[31m\t1\n2\t3\n4\t5\n");
    const { stderr } = certify(tabs, "--target", "y", "--separator", "tab").outcome;
    expect(stderr).toContain('line 2, column "a": "\\u001b[31m" is not a number');
    expect(stderr).toContain("--categorical");
  });

  it("teaches with an example", () => {
    const { stdout } = steepest(["certify", "--help"]);
    expect(stdout).toMatch(/printf .* > rents\.csv\n {2}steepest certify rents\.csv/);
  });
});

describe("the bound on data from a CSV file", () => {
  it("is not violated on 100 random files, rank-deficient ones among them", { timeout: 60_000 }, async () => {
    let rankDeficient = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 4, maxLength: 4 }), {
          minLength: 2,
          maxLength: 12,
        }),
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom("least-squares", "ridge", "logistic"),
        async (rows, intercept, standardise, model) => {
          // e = 3d - 1 depends on d beside an intercept and where standardised, so that X is rank-deficient.
          const lines = rows.map((row, i) => [...row.slice(1), i, 3 * i - 1, i % 2 ? (row[0] ?? 0) : 20]);
          const target = lines.map((line) =>
            model === "logistic" ? (line.at(-1) === 20 ? "p" : "q") : line.at(-1),
          );
          const path = csv(
            ["a,b,c,d,e,y", ...lines.map((line, i) => [...line.slice(0, -1), target[i]].join(","))].join(
              "\n",
            ),
          );
          const { X, y } = await readCsvProblem(path, { target: "y", model, intercept, standardise });
          const { certificate, mu } = await certifyProblem({ X, y, model, steps: 60 });
          expect(certificate.holds, certificate.verdict.join("\n")).toBe(true);
          if (mu.value === 0) rankDeficient++;
        },
      ),
      { numRuns: 100 },
    );
    expect(rankDeficient).toBeGreaterThan(10);
  });

  it.each([
    ["", ["a", "b", "c", "d", "e"]],
    [", of which three are left", ["a", "b", "d"]],
  ])("takes centred columns that differ by rounding for dependent%s", async (_name, names) => {
    // Centred columns cannot fit a mean: f* = ½·3·(40/3)². Shifted, the mean's rounding is far larger than that of what is left.
    for (const shift of [0, 1e3, 1e6]) {
      const rows = [
        { a: 0, b: -4, c: 0, d: 0, e: -1, y: 20 },
        { a: 0, b: -3, c: 0, d: 1, e: 2, y: 0 },
        { a: 3, b: -4, c: 0, d: 2, e: 5, y: 20 },
      ];
      const lines = rows.map((row) =>
        [...names.map((name) => shift + Number(row[name as "a"])), row.y].join(","),
      );
      const path = csv([`${names.join(",")},y`, ...lines].join("\n"));
      const { X, y } = await readCsvProblem(path, { target: "y", model: "least-squares", standardise: true });
      const result = await certifyProblem({ X, y, model: "least-squares", steps: 60 });
      expect(result.minimum).toBeCloseTo(800 / 3, 9);
      expect(result.minimumKnown.certainty).toBe("bound");
      expect(result.mu.value).toBe(0);
      expect(Math.hypot(...result.minimiser)).toBeLessThan(10);
      expect(result.certificate.holds, result.certificate.verdict.join("\n")).toBe(true);
    }
  });

  it("does not advise to standardise what is standardised", () => {
    const path = csv("a,b,y\n1,2,1\n2,4.0000001,3\n3,6,2\n4,8,5\n");
    const hint = (...args: string[]) => certify(path, "--target", "y", ...args).outcome.stdout;
    expect(hint()).toMatch(/try --standardise/);
    expect(hint("--standardise")).not.toMatch(/try --standardise/);
  });

  it("stands on features of mean 0 and standard deviation 1 where asked, also for huge and tiny units", async () => {
    const path = csv("a,b,y\n1e200,1e-200,3\n2e200,3e-200,4\n-3e200,8e-200,1\n");
    const { X } = await readCsvProblem(path, { target: "y", model: "least-squares", standardise: true });
    for (const j of [0, 1]) {
      const column = [0, 1, 2].map((i) => X.values[2 * i + j] ?? 0);
      expect(column.reduce((a, b) => a + b)).toBeCloseTo(0, 12);
      expect(column.reduce((a, b) => a + b ** 2, 0) / 3).toBeCloseTo(1, 12);
    }
  });
});

describe("bad input ends in one line", () => {
  const good = "a,y\n1,3\n2,4\n";

  it.each<[string, string, RegExp, Model?]>([
    ["text in a numeric column", "a,b,y\n1,2,3\n2,x,4\n3,5,7\n", /line 3, column "b": "x" is not a number/],
    ["no rows", "a,y\n", /no rows/],
    ["an empty file", "", /no rows/],
    ["no such target", "a,b\n1,2\n2,5\n", /no column "y" \(--target\); the columns are a, b/],
    ["constant features alone", "a,y\n5,3\n5,4\n", /every feature is constant \(a\)/],
    ["a constant target", "a,y\n1,3\n2,3\n", /"y" is 3 in every row/],
    ["NaN", "a,y\n1,3\nNaN,4\n3,5\n", /1 missing value in "a" \(1, first in line 3\)/],
    ["infinity", "a,y\n1,3\ninf,4\n3,5\n", /line 3, column "a": "inf" is not finite/],
    ["squares that overflow", "a,y\n1e200,3\n2e200,4\n", /2e\+200, .*infinite.*--standardise/],
    ["squares that vanish", "a,y\n1e-200,3\n2e-200,4\n", /2e-200, .*is 0 in float64.*--standardise/],
    ["a target of texts", "a,y\n1,p\n2,q\n", /holds texts \(p, q\).*--model logistic/],
    ["one class", "a,y\n1,p\n2,p\n", /only one class, "p"/, "logistic"],
    ["three classes", "a,y\n1,p\n2,q\n3,r\n", /3 different values \(p, q, r\)/, "logistic"],
  ])("%s", async (_name, text, message, model = "least-squares") => {
    const path = csv(text);
    const refusal = readCsvProblem(path, { target: "y", model });
    await expect(refusal).rejects.toThrow(SteepestError);
    await expect(refusal).rejects.toThrow(message);
    await expect(refusal).rejects.toThrow(/^[^\n]*data\.csv[^\n]*$/);
  });

  it.each([
    ["no such file", "/nonexistent.csv", [], /\/nonexistent\.csv: no such file/, 1],
    ["text in a numeric column", csv("a,y\nx,3\n2,4\n3,7\n"), ["--header", "yes"], /line 2, column "a"/, 1],
    [
      "separable classes without a penalty",
      csv("a,y\n1,p\n2,p\n-3,q\n"),
      ["--model", "logistic", "--lambda", "0"],
      /separable.*lambda > 0/,
      1,
    ],
    ["a target that no feature explains", csv("a,y\n1,1\n-1,1\n1,-1\n-1,-1\n"), [], /nothing to descend/, 1],
    ["an unknown model", csv(good), ["--model", "lasso"], /lasso.*least-squares, ridge, logistic/, 2],
    ["a column that is not there", csv(good), ["--ignore", "z"], /no column "z" \(--ignore\)/, 2],
    ["a rate that is not positive", csv(good), ["--eta", "0"], /--eta.*positive/, 2],
    ["a penalty without a model that has one", csv(good), ["--lambda", "1"], /--model ridge/, 2],
  ] as const)("%s, on the command line", (_name, path, args, message, code) => {
    const { outcome, out } = certify(path, "--target", "y", ...args);
    expect(outcome.stderr).toMatch(message);
    expect(outcome.stderr.split("\n").filter((line) => line.startsWith("steepest: "))).toHaveLength(1);
    expect(outcome.code).toBe(code);
    expect(existsSync(out)).toBe(false);
  });

  it("no target", () => {
    const { stderr, code } = steepest(["certify", csv(good)]);
    expect([stderr.trim(), code]).toEqual([expect.stringMatching(/--target <column>.*not specified/), 2]);
  });
});
