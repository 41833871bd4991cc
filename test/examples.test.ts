import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
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
    expect(output).toMatch(/linear1 .*weight \[784, 256\]/);
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

  it("own-loop.ts learns from gradients of several batches", () => {
    const errors = [...example("own-loop.ts").matchAll(/test error ([\d.]+) %/g)].map(([, error]) =>
      Number(error),
    );
    expect(errors).toHaveLength(6);
    expect(errors.at(-1)).toBeLessThan(12);
  });

  it("autoencoder.ts finds codes for digits", () => {
    // One mean of all digits comes to -230.
    expect(Number(/never seen: (-[\d.]+) nats/.exec(example("autoencoder.ts"))?.[1])).toBeGreaterThan(-190);
  });

  it("gan.ts hits all eight modes", () => {
    const [, hit, on] = /modes hit: (\d) of 8; on a mode: (\d+) %/.exec(example("gan.ts")) ?? [];
    expect(Number(hit)).toBe(8);
    expect(Number(on)).toBeGreaterThan(50);
  });

  it("siamese.ts tells pairs of one digit from others", () => {
    expect(Number(/told right: ([\d.]+) %/.exec(example("siamese.ts"))?.[1])).toBeGreaterThan(88);
  });

  it("bag-of-words.ts tells good sentences from bad ones", () => {
    expect(testError(example("bag-of-words.ts"))).toBeLessThan(9);
  });

  it("two-inputs.ts tells a class and a value", () => {
    const output = example("two-inputs.ts");
    expect(Number(/told wrong: ([\d.]+) %/.exec(output)?.[1])).toBeLessThan(6);
    expect(Number(/off by ([\d.]+)/.exec(output)?.[1])).toBeLessThan(0.7);
  });

  it("transfer.ts learns more from few pictures with a body that learned others", () => {
    const [, moved, anew] =
      /learned ([\d.]+) %, with one at random ([\d.]+) %/.exec(example("transfer.ts")) ?? [];
    expect(Number(moved)).toBeLessThan(Number(anew) - 5);
  });

  it("pinn.ts solves its equation", () => {
    expect(Number(/from sin\(πx\): ([\d.e-]+)/.exec(example("pinn.ts"))?.[1])).toBeLessThan(2e-3);
  });

  it("k-fold.ts chooses by cross-validation", () => {
    const [, mean, spread] = /folds: ([\d.]+) ± ([\d.]+) %/.exec(example("k-fold.ts")) ?? [];
    expect(Number(mean)).toBeLessThan(14);
    expect(Number(spread)).toBeGreaterThan(0);
  });

  it("recipe.ts trains", () => {
    const outcome = steepest(["train", "examples/recipe.ts", "--epochs", "2", "--out", temporaryFolder()]);
    expect(outcome.code, outcome.stderr).toBe(0);
  });
});

// Lines that say something: no imports, which are laid out by different rules, no comments, no blank ones.
const lines = (path: string, imports: RegExp, comment: RegExp): number =>
  readFileSync(join(root, path), "utf8")
    .replace(imports, "")
    .split("\n")
    .filter((line) => line.trim() !== "" && !comment.test(line)).length;

it.each([
  "own-loop",
  "autoencoder",
  "gan",
  "siamese",
  "bag-of-words",
  "two-inputs",
  "transfer",
  "pinn",
  "k-fold",
])("%s.ts is at most one and a half times as long as the same in PyTorch", (name) => {
  const ours = lines(`examples/${name}.ts`, /^import[^;]*;$/gm, /^\s*(\/\/|\/\*\*|\*)/);
  const theirs = lines(
    `test/reference/examples/${name.replaceAll("-", "_")}.py`,
    /^(import|from) .*$/gm,
    /^\s*#/,
  );
  expect(ours).toBeLessThanOrEqual(1.5 * theirs);
});
