#!/usr/bin/env node
import { existsSync } from "node:fs";

const main = new URL("../dist/cli/main.js", import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  console.error("steepest: this checkout is not built yet; run `npm ci` (or `npm run build`) in it first");
  process.exitCode = 1;
}
