import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readCsv } from "../../../src/data/csv.js";

const folder = fileURLToPath(new URL("../../../../shared/cases/tables/", import.meta.url));
const read = (file: string, target: string) => readCsv(`${folder}${file}`, { target });

describe.skipIf(!existsSync(folder))("files that were misread", () => {
  it("decimal commas", async () => {
    expect([...(await read("decimal-comma.csv", "y")).X.subarray(0, 4)]).toEqual([0.5, 0.25, 1.5, 7.25]);
    expect([...(await read("decimal-comma-feature.csv", "rent")).X.subarray(0, 2)]).toEqual([50, 51.1]);
  });
  it("thousands, percent and currency", async () => {
    await expect(read("thousands-comma.csv", "y")).rejects.toThrow('decimal: "."');
    expect([...(await read("percent-and-currency.csv", "y")).X.subarray(0, 4)]).toEqual([0, 0, 1, 7]);
  });
  it("dates", async () => {
    const { X, columns } = await read("dates.csv", "y");
    expect(columns).toEqual(["date", "a"]);
    expect([...X.subarray(0, 4)]).toEqual([Date.UTC(2024, 0, 1) / 864e5, 0, Date.UTC(2024, 0, 2) / 864e5, 1]);
  });
  it("encodings", async () => {
    expect((await read("latin-1.csv", "y")).columns).toEqual(["name=Miller", "name=Möller", "name=Müller"]);
    expect(await read("utf-16.csv", "y")).toMatchObject({ n: 30, d: 2 });
  });
  it("cells and lines", async () => {
    await expect(read("long-cell.csv", "y")).rejects.toThrow(/^.{0,300}$/);
    await expect(read("control-characters.csv", "y")).rejects.toThrow('"\\u001b[31mRED\\u0007"');
    await expect(read("nul.csv", "y")).rejects.toThrow('"2\\u0000"');
    expect([...(await read("mixed-line-ends.csv", "rent")).y]).toEqual([700, 990, 560]);
  });
});
