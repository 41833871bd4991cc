import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CheckpointFolder } from "../../src/checkpoint/folder.js";
import { random } from "../../src/random/random.js";

/** A training with everything that it can remember, and steps long enough to be killed within. */
const recipe = `import { batchNorm, blobs, chain, cosineDecay, defineRecipe, dropout, ema, l2, linear, maxNorm, momentum, plateau, relu, sequential, warmup } from "steepest";
let slept = 0;
export default defineRecipe({
  name: "killed",
  data: () => ({
    train: blobs({ n: 600, classes: 4, seed: 1 }),
    validation: blobs({ n: 200, classes: 4, seed: 2 }),
    test: blobs({ n: 200, classes: 4, seed: 3 }),
  }),
  network: sequential(linear(48), batchNorm(), relu(), dropout({ keep: 0.7 }), linear(48), relu(), linear(4)),
  optimizer: chain(l2(1e-4), momentum({ learningRate: warmup(plateau(0.1, { patience: 1, factor: 0.5 }), { epochs: 2 }) }), ema({ decay: 0.99 })),
  constraint: maxNorm(2),
  clipNorm: 1,
  earlyStopping: { patience: 4 },
  epochs: 12,
  batchSize: 32,
  seed: 4,
  callbacks: [{ onStepEnd: () => new Promise((resolve) => setTimeout(resolve, 4)), state: () => slept++, restore: (state) => { slept = Number(state); } }],
});
`;

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once("exit", (code) => resolve(code)));

/** What a run left: its model, and its numbers but for how long they took. */
const resultOf = (run: string): string => {
  const { epochs, seconds: _, ...result } = JSON.parse(readFileSync(join(run, "result.json"), "utf8"));
  const told = epochs.map(
    ({ seconds: _own, samplesPerSecond: __, ...record }: Record<string, unknown>) => record,
  );
  return JSON.stringify([readFileSync(join(run, "model.onnx")).toString("base64"), result, told]);
};

const isReadable = (checkpoints: CheckpointFolder): Promise<boolean> =>
  checkpoints.last().then(
    () => true,
    () => false,
  );

export interface Kills {
  readonly kills: number;
  /** Trainings that were killed and gone on with until their end. */
  readonly trainings: number;
  /** Of these, how many ended in other bytes than one that nobody disturbed. */
  readonly different: number;
  /** Kills after which the last checkpoint could not be read. */
  readonly unreadable: number;
  /** Kills before the first checkpoint. */
  readonly early: number;
}

/**
 * Kills trainings by SIGKILL at random moments, so many times in all, goes on with each until it ends, and compares it with one that
 * nobody disturbed.
 */
export const killTrainings = async (
  command: string,
  folder: string,
  kills: number,
  seed = 0,
): Promise<Kills> => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "recipe.ts"), recipe);
  const start = (...args: string[]) =>
    spawn(process.execPath, [command, ...args], { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  // Every few milliseconds, so that kills meet the writing of them.
  const train = (out: string) => start("train", "recipe.ts", "--out", out, "--checkpoint-every", "0.0003");
  const runIn = (out: string) => join(folder, out, readdirSync(join(folder, out))[0] ?? "");
  const began = performance.now();
  if ((await ended(train("whole"))) !== 0) throw new Error("the undisturbed training failed");
  const whole = resultOf(runIn("whole"));
  const span = performance.now() - began;
  const draw = random(seed, "kills");
  const counts = { kills: 0, trainings: 0, different: 0, unreadable: 0, early: 0 };
  while (counts.kills < kills) {
    const out = `killed-${counts.trainings}`;
    let run: string | undefined;
    for (;;) {
      const child = run === undefined ? train(out) : start("resume", run);
      const told: Buffer[] = [];
      child.stderr?.on("data", (chunk) => told.push(chunk));
      const exit = ended(child);
      const timer = setTimeout(
        () => child.kill("SIGKILL"),
        counts.kills < kills ? span * (0.3 + 0.7 * draw.uniform()) : 1e9,
      );
      const code = await exit;
      clearTimeout(timer);
      if (code === null) counts.kills += 1;
      const made = existsSync(join(folder, out)) ? readdirSync(join(folder, out)) : [];
      run = made.length > 0 ? runIn(out) : undefined;
      if (code === 0) break;
      // It may have been at its last words.
      if (run && existsSync(join(run, "result.json"))) break;
      if (code !== null) throw new Error(`a training failed: ${Buffer.concat(told)}`);
      const checkpoints = run && new CheckpointFolder(join(run, "checkpoints"));
      if (!checkpoints || (await checkpoints.files()).length === 0) counts.early += 1;
      else if (!(await isReadable(checkpoints))) counts.unreadable += 1;
      // A folder without its settings is one of a process that had only begun to make it.
      if (run && !existsSync(join(run, "config.json"))) {
        rmSync(run, { recursive: true });
        run = undefined;
      }
    }
    counts.trainings += 1;
    if (resultOf(run ?? runIn(out)) !== whole) counts.different += 1;
  }
  return counts;
};
