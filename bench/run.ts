import { fileURLToPath } from "node:url";
import { benchCommand } from "./harness/command.js";

// Whatever a library prints must not stand between a reader of --json and the one line.
console.log = console.error;

process.exitCode = await benchCommand(process.argv.slice(2), fileURLToPath(new URL(".", import.meta.url)), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
