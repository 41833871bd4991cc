// Kills trainings a hundred times at random moments and goes on with them: `npm run kills -- 100`.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { killTrainings } from "../test/support/kills.js";

const kills = Number(process.argv[2] ?? 100);
const folder = mkdtempSync(join(tmpdir(), "steepest-kills-"));
try {
  const command = fileURLToPath(new URL("../bin/steepest.js", import.meta.url));
  const { trainings, different, unreadable, early } = await killTrainings(command, folder, kills, 1);
  console.log(
    `${kills} kills in ${trainings} trainings, ${early} before the first checkpoint: ${unreadable} unreadable checkpoints, ${different} trainings that ended in other bytes`,
  );
  process.exitCode = different + unreadable > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true });
}
