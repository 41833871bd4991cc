import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Problem } from "./evaluate.js";

const numbers = z.array(z.number());
const readJson = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../reference/optim/${name}.json`, import.meta.url), "utf8"));

const problem = z
  .object({
    kept: numbers,
    parameters: z.array(z.object({ shape: numbers, start: numbers, gradients: z.array(numbers) })),
  })
  .parse(readJson("problem"));

/** The parameters and gradients that every reference trajectory has in common. */
export const problems: readonly Problem[] = problem.parameters;

/** The steps, counted from 1, after which reference trajectories hold the parameter. */
export const keptSteps: readonly number[] = problem.kept;

/** Reference trajectories of a source: by rule, by parameter of the problem, by kept step. */
export const trajectories = (source: "torch" | "optax" | "onnx" | "numpy") =>
  z.object({ rules: z.record(z.string(), z.array(z.array(numbers))) }).parse(readJson(source)).rules;

/** PyTorch's learning rates at each step, by schedule. */
export const rates = z
  .object({ schedules: z.record(z.string(), numbers) })
  .parse(readJson("schedules")).schedules;

/** The largest difference of two lists, relative to the size of the values (at least 1). */
export const distance = (a: readonly number[], b: readonly number[]): number =>
  a.length === b.length
    ? a.reduce((worst, x, i) => {
        const y = b[i] ?? Number.NaN;
        const error = Math.abs(x - y) / Math.max(1, Math.abs(y));
        return Math.max(error, worst);
      }, 0)
    : Number.NaN;
