import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { studies } from "../../src/studies/index.js";
import { runStudy } from "../../src/studies/run.js";

const out = join(tmpdir(), `steepest-ending-${process.pid}`);
afterAll(() => rmSync(out, { recursive: true, force: true }));

it.each(studies)("$name, ends soon after it is asked to", async ({ load }) => {
  const study = await load();
  const end = new AbortController();
  let asked = Number.NaN;
  setTimeout(() => {
    asked = performance.now();
    end.abort();
  }, 300);
  const { files, result } = await runStudy(study, { out, signal: end.signal });
  expect(asked, "it had ended before").not.toBeNaN();
  expect(performance.now() - asked).toBeLessThan(8000);
  expect(files).toBeUndefined();
  expect(result.claims).toEqual([]);
});
