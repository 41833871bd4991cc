import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withoutFold } from "../../src/cli/fold.js";
import { blobs, readRows, soleFloats } from "../../src/data/index.js";
import { interval, studentQuantile } from "../../src/statistics.js";
import { lastJson, steepest, temporaryFolder } from "../support/cli.js";

/** A recipe that sends itself Ctrl-C in its second fold, once. */
const recipe = `import { blobs, defineRecipe, linear, relu, sequential } from "steepest";
import { existsSync, writeFileSync } from "node:fs";
export default defineRecipe({
  name: "stopped",
  data: () => ({ train: blobs({ n: 120, seed: 1 }), test: blobs({ n: 30, seed: 2 }) }),
  network: sequential(linear(8), relu(), linear(3)),
  epochs: 2,
  batchSize: 10,
  callbacks: [{ onStepEnd: ({ trainer }) => {
    if (!existsSync("stop-me") || trainer.steps !== 9) return;
    if (!existsSync("first")) return void writeFileSync("first", "");
    if (existsSync("second")) return;
    writeFileSync("second", "");
    process.kill(process.pid, "SIGINT");
    return new Promise((resolve) => setTimeout(resolve, 20));
  } }],
});
`;

describe("folds", () => {
  it("test every training example once, each class in its share, and leave the test part alone", async () => {
    const train = blobs({ n: 90, seed: 1 });
    const seen: number[] = [];
    for (const fold of [1, 2, 3]) {
      const { data, note } = withoutFold({ train, test: blobs({ n: 30, seed: 2 }) }, { fold, of: 3 }, 7);
      expect(data.train.size).toBe(60);
      const rows = await readRows(data.test ?? train);
      const labels = soleFloats(rows.targets);
      expect([0, 1, 2].map((k) => labels.filter((label) => label === k).length)).toEqual([10, 10, 10]);
      seen.push(...soleFloats(rows.inputs));
      expect(note).toBe(
        `fold ${fold} of 3: tested on 30 of the 90 training examples, dealt out with each class in its share; the test part is not looked at`,
      );
    }
    const all = soleFloats((await readRows(train)).inputs);
    expect(seen.sort()).toEqual([...all].sort());
    expect(() => withoutFold({ train }, { fold: 1, of: 91 }, 7)).toThrow(
      "there are only 90 training examples",
    );
  });

  it("come to an error with its interval, a folder with a run of each, and go on where they were stopped", () => {
    const [whole, stopped] = [temporaryFolder(), temporaryFolder()];
    for (const folder of [whole, stopped]) writeFileSync(join(folder, "recipe.ts"), recipe);
    const told = lastJson(steepest(["train", "recipe.ts", "--folds", "3", "--json"], whole));
    expect(told).toMatchObject({ measure: "error", examples: 120 });
    const folds = told.folds as { run: string; "test.error": number }[];
    expect(folds).toHaveLength(3);
    const pooled = folds.reduce((sum, fold) => sum + fold["test.error"] / 300, 0);
    expect(told.pooled).toBeCloseTo(pooled, 10);
    expect([told.low, told.high]).toEqual(interval(Number(told.pooled), 120));

    writeFileSync(join(stopped, "stop-me"), "");
    const first = steepest(["train", "recipe.ts", "--folds", "3"], stopped);
    expect(first.code).toBe(130);
    expect(first.stdout).toMatch(
      /1 of 3 folds are done\n\nnext {4}npx steepest resume runs\/\d+-\d+-recipe-3-folds/,
    );
    const [name = ""] = readdirSync(join(stopped, "runs"));
    expect(existsSync(join(stopped, "runs", name, "fold-3"))).toBe(false);
    const second = steepest(["resume", join("runs", name), "--json"], stopped);
    expect(second.code).toBe(0);
    expect(lastJson(second).pooled).toBe(told.pooled);
    const model = (at: string, fold: number) => readFileSync(join(at, `fold-${fold}`, "model.onnx"));
    for (const fold of [1, 2, 3]) {
      expect(
        model(join(stopped, "runs", name), fold).equals(model(join(whole, String(told.path)), fold)),
      ).toBe(true);
    }
  });

  it("of a table leave no folder behind where nothing can begin", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "t.csv"), "a,b\n1,2\n2,3\n3,4\n4,5\n5,6\n6,7\n7,8\n");
    const { stderr, code } = steepest(["train", "t.csv", "--target", "c", "--folds", "3"], folder);
    expect(stderr).toMatch(/no column "c" \(--target\)/);
    expect(code).not.toBe(0);
    expect(readdirSync(join(folder, "runs"))).toEqual([]);
    expect(steepest(["train", "t.csv", "--target", "b", "--folds", "1"], folder).stderr).toMatch(
      /give at least 2/,
    );
    expect(
      steepest(["train", "t.csv", "--target", "b", "--folds", "3", "--test", "2"], folder).stderr,
    ).toMatch(/--test 2 does not go with --folds/);
  });
});

it("Student's quantile is that of the tables, and the normal one in the end", () => {
  expect(studentQuantile(4)).toBe(2.776);
  expect(studentQuantile(30)).toBeCloseTo(2.042, 2);
  expect(studentQuantile(1e6)).toBeCloseTo(1.96, 4);
});
