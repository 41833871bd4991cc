import { Command, CommanderError } from "commander";
import { version } from "../version.js";
import { certifyCommand } from "./commands/certify.js";
import { inspectCommand } from "./commands/inspect.js";
import { predictCommand } from "./commands/predict.js";
import { studyCommand } from "./commands/study.js";
import { trainCommand } from "./commands/train.js";
import { tuneRateCommand } from "./commands/tune-rate.js";
import { exitCodes, report } from "./output.js";

const program = new Command("steepest")
  .description("Train neural networks at the speed of the machine, and see why each step works.")
  .version(version, "-V, --version")
  .addHelpText(
    "after",
    "\nStart with `steepest train`: it needs no data. Every command explains itself with --help.",
  )
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "steepest: ")) });

for (const command of [
  trainCommand(),
  predictCommand(),
  inspectCommand(),
  studyCommand(),
  certifyCommand(),
  tuneRateCommand(),
])
  program.addCommand(command.copyInheritedSettings(program));

/** Errors of commander (unknown option, missing argument) end with exit code 2, all others as `report` says. */
const settle = (command: Command): void => {
  command.exitOverride();
  command.commands.forEach(settle);
};
settle(program);

// Whoever reads the output may stop early (`steepest train | head`); the work goes on and its files are written.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : exitCodes.usage;
  else process.exitCode = report(error);
}
