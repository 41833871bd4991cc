import { textAt } from "../../data/csv/scan.js";
import { kindsOf, MISSING, type Table } from "../../data/csv/table.js";
import { missing } from "../../missing.js";

/** The words of a text: letters and digits in lower case. */
export const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

const encoder = new TextEncoder();

/** FNV-1a in 32 bits of a word in UTF-8. */
export const hashOf = (word: string): number => {
  let h = 0x811c9dc5;
  for (const byte of encoder.encode(word)) h = Math.imul(h ^ byte, 0x01000193);
  return h >>> 0;
};

/**
 * The texts of column j as counts of their words: word w adds 1 to number `hash(w) mod buckets`, and the numbers of a text are divided by
 * their Euclidean norm (feature hashing, Weinberger et al. 2009, without signs).
 */
export const hashWords = (table: Table, j: number, buckets: number): Float32Array => {
  const kinds = kindsOf(table, j);
  const numbers = new Float32Array(kinds.length * buckets);
  for (let row = 0; row < kinds.length; row++) {
    if (kinds[row] === MISSING) continue;
    const own = numbers.subarray(row * buckets, (row + 1) * buckets);
    for (const word of wordsOf(textAt(table, (table.first + row) * table.width + j))) {
      const k = hashOf(word) % buckets;
      own[k] = (own[k] ?? missing()) + 1;
    }
    const norm = Math.hypot(...own);
    if (norm > 0) for (let k = 0; k < buckets; k++) own[k] = (own[k] ?? missing()) / norm;
  }
  return numbers;
};
