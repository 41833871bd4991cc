import { shown } from "../../shown.js";
import { decimals, readAmount } from "./amount.js";
import type { Classes } from "./classes.js";
import type { Reading } from "./reading.js";
import { fail } from "./source.js";

/** A digit, or a number in one character, of any script. */
const DIGIT = /\p{N}/u;

/** A code such as A1, Q3 or AB-12, not an amount with a unit in front, such as Lei 5. */
const CODE = /^\p{L}\S*$/u;

/**
 * Throws for classes that are rather numbers in a notation that nobody here reads (`5 kg`, `0x10`, `1-5`): most of the cells hold digits. Each
 * of them as a class of its own would fit any target. Codes that begin with a letter and occur twice on average are classes. Says where
 * some cells hold digits.
 */
export const checkDigits = (name: string, { classes, codes }: Classes, reading: Reading): void => {
  const { source, note, decimal } = reading;
  const withDigit = classes.map((text) => DIGIT.test(text));
  const example = classes.find((_, k) => withDigit[k]);
  if (example === undefined) return;
  const present = codes.reduce((count, code) => count + (code >= 0 ? 1 : 0), 0);
  const digits = codes.reduce((count, code) => count + (withDigit[code] ? 1 : 0), 0);
  const texts = classes.filter((_, k) => withDigit[k]);
  const areCodes = texts.every((text) => CODE.test(text)) && texts.length * 2 <= digits;
  if (digits * 2 <= present || areCodes) {
    note({
      column: name,
      text: `column ${shown(name)} taken for classes, although ${digits} of ${present} values hold digits, such as ${shown(example)}`,
      many: "taken for classes, although values hold digits",
    });
    return;
  }
  const notNumber = texts.find((text) => readAmount(text, decimal) === undefined) ?? example;
  const other = decimals.find((mark) => mark !== decimal && readAmount(notNumber, mark));
  const advice = other
    ? `choose ${source.option("decimal", other)}`
    : `write plain numbers (${source.option("decimal")}) or dates (${source.option("dates")})`;
  fail(
    source,
    `column ${shown(name)} holds digits, such as ${shown(notNumber)}, but not numbers or dates that can be read (${digits} of ${present} values hold digits); ${advice}, or name it in ${source.option("categorical")} (classes) or ${source.option("ignore")}`,
  );
};
