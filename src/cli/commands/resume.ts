import { Command } from "commander";
import { foldsFolderAt, trainFolds } from "../folds.js";
import { resumeRun } from "../resume-run.js";

const resumeAt = async (path: string, { json = false }: { readonly json?: boolean }): Promise<void> => {
  const folds = await foldsFolderAt(path);
  return folds ? trainFolds(folds, { json }) : resumeRun(path, { json });
};

export const resumeCommand = (): Command =>
  new Command("resume")
    .description(
      "Goes on with a training of `steepest train` that was killed or stopped, from its last checkpoint, as if it had never stopped: it ends in the same\nbytes. Of a cross-validation (--folds) the folds that are left. The recipe, the data and the version must be those of then.",
    )
    .argument("<run>", "the run folder, or that of a cross-validation")
    .option("--json", "progress on the error stream, and one line of JSON as the output")
    .addHelpText(
      "after",
      "\nExamples:\n  steepest train mnist --data ../shared/data/mnist --epochs 50   # Ctrl-C\n  steepest resume runs/20261126-120000-mnist",
    )
    .action(resumeAt);
