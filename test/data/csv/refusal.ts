import { expect } from "vitest";
import { type CsvOptions, parseCsv } from "../../../src/data/csv.js";
import { SteepestError } from "../../../src/errors.js";

/** The message with which a text is refused: one line, short, without anything that a terminal would obey. */
export const refusal = (text: string | Uint8Array, options: CsvOptions): string => {
  try {
    parseCsv(text, options, "t.csv");
  } catch (error) {
    expect(error).toBeInstanceOf(SteepestError);
    const { message } = error as Error;
    expect(message).not.toMatch(/\p{Cc}/u);
    expect(message.length).toBeLessThan(500);
    return message;
  }
  throw new Error("accepted");
};
