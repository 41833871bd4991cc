import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lastJson, root, steepest, temporaryFolder } from "../support/cli.js";

const cases = join(root, "../shared/cases");
const recipe = (name: string) => join(cases, "recipes", name);

describe.skipIf(!existsSync(cases))("recipes that failed once (need the shared cases)", () => {
  it.each([
    ["classes-differ.ts", /test is encoded otherwise than train: class 0 is "B", but "A" there/],
    ["unknown-module.ts", /unknown-module\.ts:1:15: there is no module "pandas"/],
    ["syntax-error.mjs", /syntax-error\.mjs:6:1: Expected "\)" but found "}"/],
    ["never-settles.js", /waited for the data of .*never-settles\.js, which never came/],
  ])("%s ends in one line", (name, message) => {
    const { code, stderr } = steepest(["train", recipe(name), "--out", temporaryFolder()]);
    expect(stderr.split("\n").filter((line) => line.startsWith("steepest: "))).toEqual([
      expect.stringMatching(message),
    ]);
    expect(code).toBe(1);
  });

  it("regression on pictures gives the predicted value of a picture", () => {
    const out = temporaryFolder();
    const { run } = lastJson(
      steepest(["train", recipe("regression-on-pictures.js"), "--out", out, "--json"]),
    );
    const ran = steepest(["predict", String(run), join(cases, "pictures/seven.jpg"), "--json"]);
    expect(ran.code).toBe(0);
    const { predictions } = lastJson(ran) as { predictions: object[] };
    expect(predictions).toEqual([
      {
        image: join(cases, "pictures/seven.jpg"),
        value: expect.any(Number),
        done: ["taken whole, scaled to 28 x 28"],
      },
    ]);
  });

  it("pictures without ink are of no class, and a picture is read as a viewer shows it", () => {
    const out = temporaryFolder();
    const args = ["train", "digits", "--epochs", "1", "--layers", "128", "--out", out, "--json"];
    const { run } = lastJson(steepest(args));
    const names = ["blank.png", "white-on-transparent.png", "seven.jpg", "seven-rotated-by-exif.jpg"];
    const ran = steepest([
      "predict",
      String(run),
      ...names.map((name) => join(cases, "pictures", name)),
      "--json",
    ]);
    const { predictions } = lastJson(ran) as { predictions: { class?: string; problem?: string }[] };
    expect(predictions.map((each) => each.class ?? each.problem)).toEqual([
      expect.stringMatching(/no ink found/),
      expect.stringMatching(/no ink found/),
      "7",
      "7",
    ]);
    expect(ran.code).toBe(1);
  });
});
