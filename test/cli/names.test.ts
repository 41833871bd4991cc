import { describe, expect, it } from "vitest";
import { withKnownOptions } from "../../src/cli/names.js";
import { optimizerNamed, scheduleNamed } from "../../src/cli/optimizers.js";
import { UsageError } from "../../src/errors.js";

const known = ["learning-rate", "batch-size", "early-stopping", "out", "keep", "json"];

const translated = (...words: string[]) => {
  const notes: string[] = [];
  return { words: withKnownOptions(words, known, (line) => notes.push(line)), notes };
};

describe("options by other names", () => {
  it.each([
    ["--lr", "--learning-rate"],
    ["--lr=0.1", "--learning-rate=0.1"],
    ["--learning_rate", "--learning-rate"],
    ["--learningRate=1=2", "--learning-rate=1=2"],
    ["--bs", "--batch-size"],
    ["--patience", "--early-stopping"],
    ["--output-dir", "--out"],
  ])("%s is %s, and that is said", (given, meant) => {
    const { words, notes } = translated("toy", given, "3");
    expect(words).toEqual(["toy", meant, "3"]);
    expect(notes).toEqual([expect.stringMatching(/^--.* is called --.* here$/)]);
  });

  it("leaves alone what is known, unknown, or of another command", () => {
    const words = ["toy", "--learning-rate", "1", "--wd", "--frobnicate=2", "-h", "--json"];
    expect(translated(...words)).toEqual({ words, notes: [] });
  });

  it("explains an option that means something else here", () => {
    expect(() => translated("--dropout", "0.5")).toThrow(UsageError);
    expect(() => translated("--dropout", "0.5")).toThrow(/--keep gives the probability that a unit is kept/);
  });
});

describe("choices by other names", () => {
  it.each([
    ["sgd", "gradient-descent"],
    ["SGD", "gradient-descent"],
    ["GradientDescent", "gradient-descent"],
    ["RMSProp", "rmsprop"],
    ["rms_prop", "rmsprop"],
    ["AdamW", "adamw"],
    ["nag", "nesterov"],
  ])("the optimiser %s is %s", (given, meant) => expect(optimizerNamed(given)).toBe(meant));

  it("schedules too, and a name that is none lists those there are", () => {
    expect(scheduleNamed("OneCycle")).toBe("one-cycle");
    expect(scheduleNamed("cosine_annealing")).toBe("cosine");
    expect(() => optimizerNamed("sgdd")).toThrow(
      /--optimizer sgdd: there is none of that name; choose from gradient-descent/,
    );
    expect(() => optimizerNamed("constructor")).toThrow(UsageError);
  });
});
