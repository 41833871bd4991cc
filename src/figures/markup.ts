/** A piece of SVG or HTML that is safe to put into a document as it is. */
export interface Markup {
  readonly markup: string;
}

/** What may stand inside a `markup` template: text is escaped, markup is not, `false` and `undefined` vanish. */
export type Insert = string | number | false | undefined | Markup | readonly Insert[];

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

// XML 1.0 has no way to write control characters, so one of them would make the whole document unreadable.
const unwritable = /[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu;

/** Text with the five special characters of XML replaced, fit for content and for quoted attributes. */
export const escapeText = (text: string): string =>
  text.replace(unwritable, "\ufffd").replace(/[&<>"']/g, (character) => entities[character] ?? character);

const render = (insert: Insert): string => {
  if (insert === false || insert === undefined) return "";
  if (typeof insert === "string") return escapeText(insert);
  if (typeof insert === "number") return String(insert);
  return "markup" in insert ? insert.markup : insert.map(render).join("");
};

/** Declares a string to be markup already; for output of a renderer, never for text from outside. */
export const raw = (text: string): Markup => ({ markup: text });

/** Template tag for SVG and HTML that escapes every text put into it: ``markup`<p>${anything}</p>` ``. */
export const markup = (parts: TemplateStringsArray, ...inserts: readonly Insert[]): Markup =>
  raw(parts.reduce((text, part, i) => text + render(inserts[i - 1]) + part));
