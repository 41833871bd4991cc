import type { Command } from "commander";

interface Entry {
  readonly name: string;
  /** What it is for, in the list of all. */
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** Every command, in the order of help. Their modules are loaded where they are asked for: all together take most of a second. */
export const commands: readonly Entry[] = [
  {
    name: "train",
    summary: "train a network and write a run folder",
    load: async () => (await import("./commands/train.js")).trainCommand(),
  },
  {
    name: "resume",
    summary: "go on with a training that was stopped",
    load: async () => (await import("./commands/resume.js")).resumeCommand(),
  },
  {
    name: "runs",
    summary: "list run folders",
    load: async () => (await import("./commands/runs.js")).runsCommand(),
  },
  {
    name: "compare",
    summary: "put runs side by side",
    load: async () => (await import("./commands/compare.js")).compareCommand(),
  },
  {
    name: "predict",
    summary: "ask a trained model about the rows of a table, or about pictures",
    load: async () => (await import("./commands/predict.js")).predictCommand(),
  },
  {
    name: "evaluate",
    summary: "measure a trained model on rows or pictures whose answers are known",
    load: async () => (await import("./commands/evaluate.js")).evaluateCommand(),
  },
  {
    name: "augment",
    summary: "show what augmentation does to pictures",
    load: async () => (await import("./commands/augment.js")).augmentCommand(),
  },
  {
    name: "inspect",
    summary: "show what an ONNX model holds",
    load: async () => (await import("./commands/inspect.js")).inspectCommand(),
  },
  {
    name: "study",
    summary: "put a claim or figure of the lecture to the test",
    load: async () => (await import("./commands/study.js")).studyCommand(),
  },
  {
    name: "certify",
    summary: "gradient descent on a CSV, with its guarantee beside what happened",
    load: async () => (await import("./commands/certify.js")).certifyCommand(),
  },
  {
    name: "tune-rate",
    summary: "find a learning rate by a range test",
    load: async () => (await import("./commands/tune-rate.js")).tuneRateCommand(),
  },
];
