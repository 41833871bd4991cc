import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { readIdx } from "../../src/data/idx.js";
import { SteepestError } from "../../src/errors.js";

const folder = mkdtempSync(join(tmpdir(), "steepest-idx-"));
afterAll(() => rmSync(folder, { recursive: true }));

const whole = Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6);

/** A valid file, plain or gzipped, with some bytes set, inserted, removed or cut off. */
const damaged = fc
  .tuple(
    fc.boolean(),
    fc.array(
      fc.tuple(fc.constantFrom("set", "insert", "remove", "cut"), fc.nat(), fc.integer({ min: 0, max: 255 })),
      {
        maxLength: 3,
      },
    ),
  )
  .map(([zipped, changes]) =>
    changes.reduce(
      (bytes, [kind, place, byte]) => {
        const at = place % (bytes.length + 1);
        const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)];
        if (kind === "cut") return head;
        if (kind === "remove") return Uint8Array.from([...head, ...tail.subarray(1)]);
        return Uint8Array.from([...head, byte, ...(kind === "set" ? tail.subarray(1) : tail)]);
      },
      zipped ? new Uint8Array(gzipSync(whole)) : whole,
    ),
  );

it("gives what a header promises or refuses in one line, whatever was done to the bytes of a file", async () => {
  const path = join(folder, "damaged");
  await fc.assert(
    fc.asyncProperty(damaged, async (bytes) => {
      writeFileSync(path, bytes);
      try {
        const { shape, data } = await readIdx(path, { limit: 1e6 });
        expect(data.length).toBe(shape.reduce((a, b) => a * b, 1));
      } catch (error) {
        expect(error).toBeInstanceOf(SteepestError);
        expect((error as Error).message).toMatch(/^\P{Cc}{1,400}$/u);
      }
    }),
    { numRuns: 300 },
  );
});
