import { Command, CommanderError } from "commander";
import { SteepestError } from "../errors.js";
import { unwritable } from "../files.js";
import { version } from "../version.js";
import { commands } from "./commands.js";
import { withKnownOptions } from "./names.js";
import { exitCodes, isLeaving, leave, outputForJson, report } from "./output.js";
import { explained, recipeFile } from "./running-recipe.js";

const program = new Command("steepest")
  .description("Train neural networks at the speed of the machine, and see why each step works.")
  .version(version, "-V, --version")
  .addHelpText(
    "after",
    "\nStart with `steepest train`: it needs no data. Every command explains itself with --help.",
  )
  .configureOutput({
    outputError: (text, write) =>
      write(
        `${text
          .trim()
          .replace(/^error: /, "steepest: ")
          .replace(/\n\(?/g, " (")}\n`,
      ),
  });

const [, , first, second] = process.argv;
const asked = first === "help" ? second : first;
for (const { name, summary, load } of commands) {
  const command = name === asked ? await load() : new Command(name);
  program.addCommand(command.summary(summary).copyInheritedSettings(program));
}

program.hook("preAction", (_, command) => {
  const { json, jsonLines } = command.opts();
  if (json || jsonLines) outputForJson();
});

/** Errors of commander (unknown option, missing argument) end with exit code 2, all others as `report` says. */
const settle = (command: Command): void => {
  command.exitOverride();
  command.commands.forEach(settle);
};
settle(program);

// Whoever reads the output may stop early (`steepest train | head`), or close the terminal; the work goes on and its files are written.
let refused = false;
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (refused || error.code === "EPIPE" || error.code === "EIO") return;
    refused = true;
    throw unwritable("write", "the output", error);
  });
}

// What a recipe leaves to itself (a promise that nobody awaits, a timer) can fail outside of everything that is awaited below.
for (const event of ["uncaughtException", "unhandledRejection"] as const) {
  process.on(event, (error: unknown) => leave(report(explained(error))));
}
// And it can end the process, which would then look like success.
process.on("exit", (code) => {
  if (isLeaving() || recipeFile() === undefined || code >= exitCodes.SIGHUP) return;
  report(
    new SteepestError(
      `${recipeFile()}: the recipe ended the process before the work was done; leave out process.exit`,
    ),
  );
  process.exitCode = exitCodes.failed;
});

/** The arguments with every option of the command that is asked for under the name it has here. */
const knownArguments = (): string[] => {
  const [node = "", script = "", name = "", ...words] = process.argv;
  const command = program.commands.find((each) => each.name() === name);
  if (!command) return process.argv;
  const known = command.options.flatMap(({ long }) => (long ? [long.slice(2)] : []));
  const note = (line: string) => void process.stderr.write(`note: ${line}\n`);
  return [node, script, name, ...withKnownOptions(words, known, note)];
};

try {
  await program.parseAsync(knownArguments());
} catch (error) {
  const usage = error instanceof CommanderError;
  const code = usage ? (error.exitCode === 0 ? 0 : exitCodes.usage) : report(error);
  // A command that a signal ended has said so already.
  process.exitCode ??= code;
}
// A timer that a recipe left would keep the process from ending.
leave(process.exitCode);
