import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CsvData, parseCsv } from "../../../src/data/csv.js";
import { SteepestError } from "../../../src/errors.js";

const y = { target: "y" };

/** What becomes of a text: numbers, or a refusal in one short line. Anything else fails the test. */
const outcome = (bytes: Uint8Array): CsvData | undefined => {
  try {
    return parseCsv(bytes, y);
  } catch (error) {
    expect(error).toBeInstanceOf(SteepestError);
    expect((error as Error).message).toMatch(/^\P{Cc}{1,900}$/u);
    return undefined;
  }
};

const wholesome = ({ X, y: targets, n, d, columns, target }: CsvData): void => {
  expect(X.length).toBe(n * d);
  expect(targets.length).toBe(n);
  expect(columns.length).toBe(d);
  expect(X.every(Number.isFinite) && targets.every(Number.isFinite)).toBe(true);
  if (target.kind === "categorical") {
    expect(targets.every((code) => code >= 0 && code < target.classes.length)).toBe(true);
  }
};

const cell = fc.oneof(
  fc.integer({ min: -9999, max: 9999 }).map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.constantFrom(
    "",
    "NA",
    "red",
    "green",
    '"a, b"',
    '"say ""so"""',
    "1,5",
    "1.000",
    "12%",
    "$ 3",
    "2024-01-31",
    "1/2/2024",
    "12:30",
    "é",
  ),
  fc.string({ maxLength: 6 }),
);

const text = fc
  .tuple(
    fc.array(fc.tuple(cell, cell, cell), { minLength: 2, maxLength: 12 }),
    fc.constantFrom(",", ";", "\t"),
    fc.constantFrom("\n", "\r\n", "\r"),
  )
  .map(([rows, by, end]) => [["u", "v", "y"], ...rows].map((row) => row.join(by)).join(end) + end);

/** One change of a file's bytes, as disks, networks and editors make them. */
const change = fc.oneof(
  fc.record({ kind: fc.constant("cut" as const), at: fc.nat() }),
  fc.record({ kind: fc.constant("set" as const), at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }) }),
  fc.record({
    kind: fc.constant("insert" as const),
    at: fc.nat(),
    byte: fc.constantFrom(
      ...[...'",;\t\n\r\0 .e-'].map((character) => character.charCodeAt(0)),
      0xff,
      0xfe,
      0xef,
    ),
  }),
  fc.record({ kind: fc.constant("remove" as const), at: fc.nat() }),
);

const changed = (
  bytes: Uint8Array,
  by: typeof change extends fc.Arbitrary<infer T> ? T : never,
): Uint8Array => {
  const at = by.at % (bytes.length + 1);
  const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)];
  if (by.kind === "cut") return head;
  if (by.kind === "remove") return Uint8Array.from([...head, ...tail.subarray(1)]);
  return Uint8Array.from([...head, by.byte, ...(by.kind === "set" ? tail.subarray(1) : tail)]);
};

describe("any text", () => {
  it("is read into finite numbers or refused in a line, whatever was done to its bytes", () => {
    fc.assert(
      fc.property(text, fc.array(change, { maxLength: 4 }), (original, changes) => {
        const data = outcome(changes.reduce(changed, new TextEncoder().encode(original)));
        if (data) wholesome(data);
      }),
      { numRuns: 1500 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const data = outcome(bytes);
        if (data) wholesome(data);
      }),
      { numRuns: 500 },
    );
  });

  it("gives the same numbers however it is quoted, separated, ended and encoded", () => {
    const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(number, number), { minLength: 2, maxLength: 8 }),
        fc.constantFrom(",", ";", "\t"),
        fc.array(fc.constantFrom("\n", "\r\n", "\r", "\n\n"), { minLength: 1, maxLength: 4 }),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
        fc.boolean(),
        (rows, by, ends, quotes, wide) => {
          fc.pre(rows.some(([, target]) => target !== rows[0]?.[1]));
          const cells = [["x", "y"], ...rows.map((row) => row.map(String))];
          const quoted = (value: string, i: number) => (quotes[i % quotes.length] ? ` "${value}" ` : value);
          const written = cells
            .map((row, i) => row.map((value, j) => quoted(value, 2 * i + j)).join(by) + ends[i % ends.length])
            .join("");
          const { X, y: targets } = parseCsv(
            wide ? Uint8Array.from(Buffer.from(`\ufeff${written}`, "utf16le")) : written,
            y,
          );
          expect([...X].map((x) => x + 0)).toEqual(rows.map(([x]) => x + 0));
          expect([...targets].map((x) => x + 0)).toEqual(rows.map(([, target]) => target + 0));
        },
      ),
      { numRuns: 500 },
    );
  });
});
