/*
 * Text from files and users as messages show it: nothing in it reaches a terminal as a command or stays invisible, and a long one is
 * shortened.
 */

/** Controls, marks of writing direction and other invisible characters, and halves of characters. */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The text with what a terminal would obey, or nobody would see, written as `\u001b`. */
export const printable = (text: string): string =>
  text.replace(hidden, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Characters of a text that a message shows. */
const longest = 40;

const shortened = (text: string): string =>
  text.length > longest ? `${printable(text.slice(0, longest - 1))}…` : printable(text);

/** A text in quotes for a message, at most 40 characters of it, with its length where it was shortened. */
export const shown = (text: string): string =>
  `"${shortened(text)}"${text.length > longest ? ` (${text.length} characters)` : ""}`;

/** "x, y, z and 292 more": names for a message, at most `most` of them. */
export const listed = (names: readonly string[], most = 10): string => {
  const first = names.slice(0, most).map(shortened).join(", ");
  return names.length > most ? `${first} and ${names.length - most} more` : first;
};
