#!/usr/bin/env node
import { existsSync } from "node:fs";

const main = new URL("../dist/cli/main.js", import.meta.url);
const build = new URL("../scripts/build.js", import.meta.url);
if (!existsSync(main) && existsSync(build)) {
  console.error("steepest: building this checkout once");
  await import(build.href);
}
await import(main.href);
