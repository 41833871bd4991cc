import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { studies } from "../../src/studies/index.js";
import { lastJson, steepest, temporaryFolder } from "../support/cli.js";

const race = ["study", "optimizer-race", "--quick", "--problems", "saddle"];

describe("steepest study", () => {
  it("lists all studies", () => {
    const { code, stdout } = steepest(["study", "--list"]);
    expect(code).toBe(0);
    for (const { name } of studies) expect(stdout).toContain(`\n${name} `);
  });

  it("runs one, with its own options, and answers in one line of JSON", () => {
    const out = temporaryFolder();
    const ran = steepest([...race, "--optimizers=adagrad,rmsprop", "--seed", "3", "--out", out, "--json"]);
    expect(ran.code).toBe(0);
    expect(ran.stdout.trim().split("\n")).toHaveLength(1);
    const result = lastJson(ran);
    expect(result).toMatchObject({ study: "optimizer-race", effort: "quick", seed: 3, held: false });
    const stem = "optimizer-race-quick-seed-3-problems-saddle-optimizers-adagrad-rmsprop";
    expect(readdirSync(out).sort()).toEqual(["json", "png", "svg"].map((ending) => `${stem}.${ending}`));
    for (const file of Object.values(result.files as Record<string, string>))
      expect(existsSync(file)).toBe(true);
    expect(ran.stderr).toMatch(/DID NOT HOLD .*RMSProp performs better/);
  });

  it("fails with --strict where a claim did not hold", () => {
    const ran = steepest([
      ...race,
      "--optimizers",
      "adagrad,rmsprop",
      "--out",
      temporaryFolder(),
      "--strict",
    ]);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(/DID NOT HOLD/);
  });

  it("says in one line what is wrong", () => {
    for (const [args, message] of [
      [
        ["ravine"],
        /^steepest: study ravine: there is none of that name; there are descent-lemma, .*optimizer-race/,
      ],
      [[], /say which one, or --all, or --list; there are descent-lemma/],
      [["descent-lemma", "--quick", "--full"], /exclude each other/],
      [["descent-lemma", "--rows", "3"], /unknown option --rows; it has no options of its own/],
      [["descent-lemma", "--sede", "3"], /unknown option --sede; did you mean --seed\?/],
      [["momentum-ravine", "--quik"], /unknown option --quik; did you mean --quick\?/],
      [["--all", "--ful"], /unknown option --ful; did you mean --full\?/],
      [["optimizer-race", "--problem", "x"], /unknown option --problem; did you mean --problems\?/],
      [
        ["optimizer-race", "--rows", "3"],
        /unknown option --rows; its own options are --optimizers, --problems/,
      ],
      [["optimizer-race", "--problems"], /--problems needs a value/],
      [["descent-lemma", "--seed", "-1"], /expected a whole number from 0/],
    ] as const) {
      const { code, stdout, stderr } = steepest(["study", ...args]);
      expect(stderr).toMatch(message);
      expect(stderr.trim().split("\n")).toHaveLength(1);
      expect(stdout).toBe("");
      expect(code).toBe(2);
    }
    const unknown = steepest([...race, "--optimizers", "sgdd", "--out", temporaryFolder()]);
    expect(unknown.stderr).toMatch(/--optimizers sgdd: there is no "sgdd"; choose from/);
    expect(unknown.code).toBe(2);
  });
});

describe("steepest tune-rate", () => {
  it("suggests a rate, draws the picture and answers in JSON", () => {
    const out = temporaryFolder();
    const ran = steepest([
      ...["tune-rate", "toy", "--data", "spirals", "--optimizer", "momentum"],
      ...["--steps", "60", "--repeats", "2", "--out", out, "--json"],
    ]);
    expect(ran.code).toBe(0);
    const result = lastJson(ran);
    expect(result.suggestion).toBeCloseTo(Number(result.lowest) / 10, 12);
    const stem = "tune-rate-toy-momentum-steps-60-repeats-2-data-spirals";
    expect(readdirSync(out).sort()).toEqual(["json", "png", "svg"].map((ending) => `${stem}.${ending}`));
    expect(JSON.parse(readFileSync(join(out, `${stem}.json`), "utf8")).suggestion).toBe(result.suggestion);
    expect(ran.stderr).toMatch(/suggestion: --learning-rate/);
  });

  it("says where a recipe takes the rate, and asks for larger ones only where the loss still falls", () => {
    const folder = temporaryFolder();
    writeFileSync(
      join(folder, "r.mjs"),
      'import { blobs, defineRecipe, linear, relu, sequential } from "steepest";\n' +
        'export default defineRecipe({ name: "r", data: blobs(), network: sequential(linear(8), relu(), linear(3)) });',
    );
    const test = (...range: string[]) =>
      steepest(["tune-rate", "r.mjs", ...range, "--optimizer", "rmsprop", "--steps", "40"], folder).stdout;
    const short = test("--from", "1e-4", "--to", "0.03");
    expect(short).toMatch(
      /suggestion: ([\d.]+), to write into the recipe: optimizer: rmsProp\(\{ learningRate: \1 \}\) \(a tenth/,
    );
    expect(short).not.toMatch(/--learning-rate/);
    expect(short).toMatch(/near the last rate, 0\.03, so try a larger --to/);
    const whole = test("--from", "1e-3", "--to", "3");
    expect(whole).not.toMatch(/try a larger/);
  });

  it("says in one line what is wrong", () => {
    for (const [args, code, message] of [
      [["toy", "--optimizer", "sgdd"], 2, /--optimizer sgdd: there is none of that name; choose from/],
      [["nothing"], 2, /neither a table .* nor a task/],
      [["toy", "--from", "1", "--to", "0.1"], 2, /the smaller rate first/],
      [
        ["data.csv"],
        2,
        /data\.csv: tune-rate takes a task or a recipe; a table becomes a dataset in a recipe/,
      ],
    ] as const) {
      const ran = steepest(["tune-rate", ...args, "--out", temporaryFolder()]);
      expect(ran.stderr).toMatch(message);
      expect(ran.stderr.trim().split("\n")).toHaveLength(1);
      expect(ran.code).toBe(code);
    }
  });
});
