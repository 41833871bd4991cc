import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { lastJson, steepest, temporaryFolder } from "../support/cli.js";

let folder = "";
const inFolder = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = temporaryFolder();
  for (const name of ["a", "b"]) {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"><rect width="60" height="40" fill="#357"/><circle cx="20" cy="20" r="9" fill="#fc6"/></svg>`;
    writeFileSync(inFolder(`${name}.png`), await sharp(Buffer.from(svg)).png().toBuffer());
  }
  writeFileSync(
    inFolder("recipe.ts"),
    'import { augment } from "steepest";\nexport default [augment.rotate({ degrees: 40 }), augment.brightness()];\n',
  );
});

describe("steepest augment", () => {
  it("writes a contact sheet, prints what was drawn, and does it again from that", async () => {
    const out = inFolder("sheet.png");
    const args = ["augment", inFolder("a.png"), "--recipe", inFolder("recipe.ts"), "--count", "3", "--json"];
    const made = steepest([...args, "--out", out]);
    expect(made.code).toBe(0);
    expect(made.stderr).toMatch(
      /a\.png: 60 x 40, colour\n {2}epoch {2}0 {2}rotate degrees .+; brightness factor/,
    );
    const { versions } = lastJson(made) as { versions: { epoch: number; drawn: { name: string }[] }[] };
    expect(versions.map(({ epoch }) => epoch)).toEqual([0, 1, 2]);
    expect(versions[0]?.drawn.map(({ name }) => name)).toEqual(["rotate", "brightness"]);
    const { width, height } = await sharp(out).metadata();
    expect([width, height]).toEqual([8 + 4 * 168, 8 + 186]);

    writeFileSync(inFolder("drawn.json"), made.stdout);
    const again = steepest([
      ...args.slice(0, 4),
      "--replay",
      inFolder("drawn.json"),
      "--out",
      inFolder("again.png"),
    ]);
    expect(again.code).toBe(0);
    expect(readFileSync(inFolder("again.png")).equals(readFileSync(out))).toBe(true);
    const other = steepest([...args, "--seed", "5", "--out", inFolder("other.png")]);
    expect(other.code).toBe(0);
    expect(readFileSync(inFolder("other.png")).equals(readFileSync(out))).toBe(false);
  });

  it("takes a folder, and photographs' usual transformations where none are given", () => {
    const made = steepest([
      "augment",
      folder,
      "--count",
      "2",
      "--out",
      inFolder("sheets.png"),
      "--pictures",
      "2",
    ]);
    expect(made.code).toBe(0);
    expect(made.stdout.match(/: \d+ x \d+, colour/g)).toHaveLength(2);
    expect(made.stdout).toMatch(/randomResizedCrop left/);
  });

  it.each([
    [["augment", "nowhere.png"], /nowhere\.png: no such file/],
    [["augment", "PICTURE", "--recipe", "nowhere.ts"], /nowhere\.ts: no such recipe file/],
    [["augment", "PICTURE", "--recipe", "NUMBER"], /it exports no transformations; end it with/],
    [
      ["augment", "PICTURE", "--recipe", "LARGE"],
      /a part of 500 x 500 is larger than the picture of 60 x 40/,
    ],
    [["augment", "LARGE"], /not a picture that can be decoded/],
    [["augment", "PICTURE", "--replay", "LARGE"], /not what `steepest augment --json` prints/],
  ])("%s is refused in one line, and no sheet is left", (args, message) => {
    writeFileSync(inFolder("number.ts"), "export default 3;\n");
    writeFileSync(
      inFolder("large.ts"),
      'import { augment } from "steepest";\nexport default [augment.randomCrop({ size: 500 })];\n',
    );
    const paths: Record<string, string> = { PICTURE: "a.png", NUMBER: "number.ts", LARGE: "large.ts" };
    const sheet = join(temporaryFolder(), "sheet.png");
    const named = args.map((arg) => (paths[arg] === undefined ? arg : inFolder(paths[arg])));
    const { code, stderr } = steepest([...named, "--out", sheet]);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(code).toBe(1);
    expect(existsSync(sheet)).toBe(false);
  });
});
