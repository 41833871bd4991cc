import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";

const FOLDER = fileURLToPath(new URL("../peers/", import.meta.url));
const PYTHONS = [...(process.env.PYTHON ? [process.env.PYTHON] : []), "python3", "/usr/bin/python3"];

/** The libraries that Steepest's training is compared with, in the order in which they run. */
export const PEERS = ["tfjs-wasm", "jax-js", "pytorch"] as const;
export type PeerName = (typeof PEERS)[number] | "scikit-learn" | "torchvision" | "albumentations";

/** How much to measure: steps that do not count, then `steps` steps or `seconds` seconds, whichever ends first. */
export interface PeerBudget {
  readonly steps?: number;
  readonly warmup?: number;
  readonly seconds?: number;
  /** Threads, where the peer has them. */
  readonly threads: number;
}

/** One training step (forward, softmax cross-entropy, backward, update) of a ReLU network. */
export interface StepJob extends PeerBudget {
  readonly task: "mlp";
  readonly layers: readonly number[];
  readonly batch: number;
  readonly optimizer: string;
}

/** The update alone, over so many parameters, for each of the rules. */
export interface UpdateJob extends PeerBudget {
  readonly task: "update";
  readonly parameters: number;
  readonly optimizers: readonly string[];
}

/** Whole networks, by the names that `pytorch_networks.py` and, some of them, `networks.mjs` know, each with the size of a batch. */
export interface NetworksJob {
  readonly task: "cnn";
  readonly networks: readonly (readonly [name: string, batch: number])[];
  readonly threads: number;
}

/** Principal components of normal inputs, each feature with a scale of its own, for each of the shapes. */
export interface ComponentsJob {
  readonly task: "pca";
  readonly shapes: readonly (readonly [examples: number, features: number])[];
  readonly threads: number;
}

/** Transformations of square pictures, by the names that `augmentation.py` knows. */
export interface AugmentJob {
  readonly task: "augment";
  readonly library: "torchvision" | "albumentations";
  readonly sizes: readonly number[];
  readonly threads: 1;
}

const library = z.object({
  name: z.string(),
  version: z.string(),
  /** What of the library ran: its backend, or the BLAS under it. */
  variant: z.string(),
  threads: z.number(),
});
const stepAnswer = library.extend({
  stepMs: z.number(),
  minMs: z.number(),
  steps: z.number(),
  loss: z.tuple([z.number(), z.number()]),
  /** Processor time over wall time: how many cores were in fact busy. */
  cores: z.number(),
});
const updateRow = z.object({
  rule: z.string(),
  stepMs: z.number(),
  minMs: z.number(),
  steps: z.number(),
  /** PyTorch only: the same rule with its plain loop over tensors instead of `foreach`. */
  loopMs: z.number().optional(),
});
const updateAnswer = library.extend({
  rows: z.array(z.union([updateRow, z.object({ rule: z.string(), skipped: z.string() })])),
});

const componentsAnswer = library.extend({
  rows: z.array(
    z.object({ examples: z.number(), features: z.number(), seconds: z.number(), cpuSeconds: z.number() }),
  ),
});

const networkRow = z.object({
  network: z.string(),
  format: z.string(),
  stepMs: z.number(),
  minMs: z.number(),
  steps: z.number(),
});
const networksAnswer = library.extend({
  rows: z.array(z.union([networkRow, z.object({ network: z.string(), skipped: z.string() })])),
});

const augmentAnswer = library.extend({
  rows: z.array(z.object({ name: z.string(), size: z.number(), perSecond: z.number() })),
});

export type PeerAugmentation = z.infer<typeof augmentAnswer>;
export type PeerNetworks = z.infer<typeof networksAnswer>;
export type PeerStep = z.infer<typeof stepAnswer>;
export type PeerUpdates = z.infer<typeof updateAnswer>;
export type PeerComponents = z.infer<typeof componentsAnswer>;
/** A peer that gave no figure, and why. */
export interface SkippedPeer {
  readonly name: string;
  readonly skipped: string;
}

const execute = promisify(execFile);

/** The first python that can import a module. */
async function pythonWith(module: string): Promise<string | undefined> {
  for (const python of PYTHONS) {
    const found = await execute(python, ["-c", `import ${module}`]).then(
      () => true,
      () => false,
    );
    if (found) return python;
  }
  return undefined;
}

const pythonPeers = {
  pytorch: { module: "torch", script: "pytorch.py" },
  "scikit-learn": { module: "sklearn", script: "scikit_learn.py" },
  torchvision: { module: "torchvision", script: "augmentation.py" },
  albumentations: { module: "albumentations", script: "augmentation.py" },
} as const;

/** The command that runs a peer here, or why it cannot. */
async function commandOf(name: PeerName): Promise<{ file: string; script: string } | { skipped: string }> {
  if (name !== "tfjs-wasm" && name !== "jax-js") {
    const { module, script } = pythonPeers[name];
    const file = await pythonWith(module);
    return file
      ? { file, script: `${FOLDER}${script}` }
      : { skipped: `no python with ${module} among ${PYTHONS.join(", ")}; see bench/README.md` };
  }
  const dependency = name === "jax-js" ? "@jax-js/jax" : "@tensorflow/tfjs";
  return existsSync(`${FOLDER}node_modules/${dependency}`)
    ? { file: process.execPath, script: `${FOLDER}${name}.mjs` }
    : { skipped: "not installed; run: npm ci --prefix bench/peers" };
}

/** Seconds that a peer may take. */
const LIMITS = { mlp: 120, update: 120, pca: 600, cnn: 240, augment: 180 } as const;

/** What went wrong in a child process, in one line. */
function reasonOf(error: unknown, limit: number): string {
  if (!(error instanceof Error)) return String(error);
  if ("killed" in error && error.killed) return `not done after ${limit} s`;
  const stderr = "stderr" in error && typeof error.stderr === "string" ? error.stderr.trim().split("\n") : [];
  return stderr.findLast((line) => /error/i.test(line))?.trim() ?? error.message.split("\n")[0] ?? error.name;
}

/**
 * Runs a peer on a job, in a process of its own and for minutes at most. A peer that is not installed, fails, takes
 * too long or answers nonsense comes back as skipped, with the reason: a benchmark does not fail for its peers.
 */
export function runPeer(name: PeerName, job: StepJob): Promise<PeerStep | SkippedPeer>;
export function runPeer(name: PeerName, job: UpdateJob): Promise<PeerUpdates | SkippedPeer>;
export function runPeer(name: "scikit-learn", job: ComponentsJob): Promise<PeerComponents | SkippedPeer>;
export function runPeer(name: PeerName, job: NetworksJob): Promise<PeerNetworks | SkippedPeer>;
export function runPeer(
  name: AugmentJob["library"],
  job: AugmentJob,
): Promise<PeerAugmentation | SkippedPeer>;
export async function runPeer(
  name: PeerName,
  job: StepJob | UpdateJob | ComponentsJob | NetworksJob | AugmentJob,
): Promise<PeerStep | PeerUpdates | PeerComponents | PeerNetworks | PeerAugmentation | SkippedPeer> {
  const command = await commandOf(name);
  if ("skipped" in command) return { name, ...command };
  const complete = { steps: 1000, warmup: 3, seconds: 8, ...job };
  try {
    const { stdout } = await execute(command.file, [command.script, JSON.stringify(complete)], {
      timeout: LIMITS[job.task] * 1e3,
      killSignal: "SIGKILL",
    });
    const answer: unknown = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
    const answers = {
      mlp: stepAnswer,
      update: updateAnswer,
      pca: componentsAnswer,
      cnn: networksAnswer,
      augment: augmentAnswer,
    };
    return answers[job.task].parse(answer);
  } catch (error) {
    return { name, skipped: reasonOf(error, LIMITS[job.task]) };
  }
}
