import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SteepestError } from "../src/errors.js";
import { makeFolder, makeNewFolder, requireWritable, writeFileSafely } from "../src/files.js";
import { writeOrRescue } from "../src/train/rescue.js";
import { requireSameQuestion, stemOf } from "../src/train/result-file.js";
import { temporaryFolder } from "./support/cli.js";

describe("a folder for results", () => {
  it("is tried without leaving anything behind", async () => {
    const base = temporaryFolder();
    await requireWritable(join(base, "a", "b", "c"));
    expect(readdirSync(base)).toEqual([]);
    mkdirSync(join(base, "kept"));
    await requireWritable(join(base, "kept", "new"));
    expect(readdirSync(base)).toEqual(["kept"]);
  });

  it("is refused where a file is in the way of it, or of one above", async () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    await expect(requireWritable(file)).rejects.toThrow(/a file of that name is in the way/);
    await expect(requireWritable(join(file, "a", "b"))).rejects.toThrow(/part of the path is a file/);
  });

  it.skipIf(!existsSync("/proc/self"))(
    "is refused at once where no folder can be made (needs /proc)",
    async () => {
      for (const path of ["/proc/x", "/proc/x/y/z"]) {
        await expect(makeFolder(path)).rejects.toThrow(
          /^cannot create the folder .*no folder can be made there/,
        );
        await expect(requireWritable(path)).rejects.toThrow(SteepestError);
        await expect(writeFileSafely(join(path, "model.onnx"), "")).rejects.toThrow(SteepestError);
      }
    },
  );
});

it("folders that are made at the same time are different ones", async () => {
  const base = join(temporaryFolder(), "runs", "par");
  const made = await Promise.all(Array.from({ length: 6 }, () => makeNewFolder(base)));
  expect(made.sort()).toEqual([base, ...[2, 3, 4, 5, 6].map((i) => `${base}-${i}`)]);
  expect(await makeNewFolder(base)).toBe(`${base}-7`);
  writeFileSync(`${base}-8`, "a file");
  expect(await makeNewFolder(base)).toBe(`${base}-9`);
});

describe("results that cannot be written where they were wanted", () => {
  it("are written elsewhere, all of them, and the message says where", async () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "in the way");
    const { result, folder, problem } = await writeOrRescue(file, async (place) => {
      await writeFileSafely(join(place, "a"), "1");
      return join(place, "a");
    });
    expect(readFileSync(result, "utf8")).toBe("1");
    expect(problem?.message).toMatch(/^cannot create the folder .*; the results are in /);
    expect(problem?.message).toContain(folder);
  });

  it("other errors are not taken for a full disk", async () => {
    let tries = 0;
    const failing = writeOrRescue(temporaryFolder(), () => {
      tries += 1;
      return Promise.reject(new TypeError("a mistake"));
    });
    await expect(failing).rejects.toThrow(TypeError);
    expect(tries).toBe(1);
  });
});

describe("the name of a file of results", () => {
  it("holds what differs from the defaults", () => {
    expect(stemOf("ridge", {})).toBe("ridge");
    expect(stemOf("ridge", { lambda: 0.5, quick: true, eta: "2.1/L", seed: undefined, full: false })).toBe(
      "ridge-lambda-0.5-quick-eta-2.1-L",
    );
  });

  it("is shortened where a file system would not take it, and stays different", () => {
    const columns = Array.from({ length: 200 }, (_, i) => `column${i}`);
    const [one, other] = [columns.join(), [...columns, "z"].join()].map((ignore) => stemOf("t", { ignore }));
    expect(one?.length).toBeLessThan(150);
    expect(one).not.toBe(other);
  });

  it("is not taken from results of another question", async () => {
    const path = join(temporaryFolder(), "r.json");
    await requireSameQuestion(path, { data: "a" });
    writeFileSync(path, JSON.stringify({ asked: { seed: 3, data: "a" } }));
    await requireSameQuestion(path, { data: "a", seed: 3, quick: undefined });
    await expect(requireSameQuestion(path, { data: "b", seed: 3 })).rejects.toThrow(
      /other settings \(data a\)/,
    );
    await expect(requireSameQuestion(path, { data: "a", seed: 3, rows: 1 })).rejects.toThrow(
      /other settings/,
    );
    writeFileSync(path, "not JSON");
    await expect(requireSameQuestion(path, {})).rejects.toThrow(/other settings; choose another --out/);
  });
});
