import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root, steepest, temporaryFolder } from "./support/cli.js";

const example = (name: string): string => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", "tsx", join(root, "examples", name)],
    { cwd: root, encoding: "utf8" },
  );
  expect(status, stderr).toBe(0);
  return stdout;
};

const testError = (output: string): number => Number(/test error ([\d.]+) %/.exec(output)?.[1]);

describe("the examples", () => {
  it("train-digits.ts learns", () => {
    const output = example("train-digits.ts");
    expect(output).toMatch(/linear1\.weight {2}\[784, 256\]/);
    expect(testError(output)).toBeLessThan(5);
  });

  it("own-layer-and-rule.ts learns", () => {
    expect(testError(example("own-layer-and-rule.ts"))).toBeLessThan(3);
  });

  it("gradients.ts prints Rosenbrock's known derivatives", () => {
    // f = 24.2, gradient (-215.6, -88), first column of the Hessian (1330, 480) at (-1.2, 1).
    const numbers = example("gradients.ts")
      .match(/-?\d+(\.\d+)?(?=[,\s\]])/g)
      ?.map(Number);
    const expected = [24.2, -215.6, -88, 1330, 480];
    for (const value of expected) {
      expect(
        numbers?.some((number) => Math.abs(number - value) < 1e-6),
        String(value),
      ).toBe(true);
    }
  });

  it("ridge.ts chooses a strength, and finds what theory promises", () => {
    const output = example("ridge.ts");
    const [, best, simplest] = /best lambda ([\d.]+); simplest as good as it: ([\d.]+)/.exec(output) ?? [];
    expect(Number(best)).toBeGreaterThan(0);
    expect(Number(simplest)).toBeGreaterThanOrEqual(Number(best));
    expect(output).toContain("descent lemma: held at each of 500 steps");
  });

  it("own-table.ts comes to the noise of the prices, 20,000", () => {
    const typical = Number(/typical error ([\d,]+)/.exec(example("own-table.ts"))?.[1]?.replace(",", ""));
    expect(typical).toBeGreaterThan(15_000);
    expect(typical).toBeLessThan(26_000);
  });

  it("fine-tune.ts goes on from where the first network was", () => {
    const errors = [...example("fine-tune.ts").matchAll(/test error ([\d.]+) %/g)].map(([, error]) =>
      Number(error),
    );
    expect(errors).toHaveLength(2);
    expect(errors[1]).toBeLessThan((errors[0] ?? 0) / 2);
  });

  it("recipe.ts trains", () => {
    const outcome = steepest(["train", "examples/recipe.ts", "--epochs", "2", "--out", temporaryFolder()]);
    expect(outcome.code, outcome.stderr).toBe(0);
  });
});
