/** The two marks between the whole and the fraction of a number. */
export const decimals = [".", ","] as const;
export type Decimal = (typeof decimals)[number];

/** What a number was written with besides its digits. */
export interface Amount {
  readonly value: number;
  /** The sign, "%" or a currency; "" for none. */
  readonly unit: string;
  /** Whether digits were in groups of three. */
  readonly grouped: boolean;
}

const CURRENCIES =
  "[A-Z]{0,3}\\p{Sc}|USD|EUR|GBP|CHF|JPY|CNY|INR|RUB|BRL|AUD|CAD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|TRY|KRW|MXN|ZAR|SGD|HKD|Fr\\.|kr\\.?|Kč|zł|Rs\\.?";

/** Digits in groups of three, or as in India (12,34,567), or not in groups; with a fraction and an exponent. */
const pattern = (decimal: Decimal): RegExp => {
  const point = `[${decimal}]`;
  const mark = `[${decimal === "." ? "," : "."} \\u00a0\\u202f\\u2009'’]`;
  const groups = `[1-9]\\d{0,2}(?<mark>${mark})\\d{3}(?:\\k<mark>\\d{3})*|[1-9]\\d?(?:,\\d{2})+,\\d{3}`;
  const whole = decimal === "." ? groups : groups.slice(0, groups.indexOf("|[1-9]"));
  const number = `(?:(?<grouped>${whole})(?:${point}\\d*)?|\\d+(?:${point}\\d*)?|${point}\\d+)(?:[eE][+-]?\\d+)?`;
  const gap = "[ \\u00a0\\u202f]?";
  return new RegExp(
    `^(?<sign>[+\\-−]?)${gap}(?<before>(?:${CURRENCIES})?)${gap}(?<inner>[+\\-−]?)(?<number>${number})${gap}(?<after>(?:%|${CURRENCIES})?)$`,
    "u",
  );
};

const patterns: Readonly<Record<Decimal, RegExp>> = { ".": pattern("."), ",": pattern(",") };

/** No number worth reading is longer; longer texts are not looked at. */
const LONGEST = 400;

/**
 * The number that a text writes with this decimal mark, as people do: `1,234.5`, `1 234`, `12 %`, `$ -7`, `(3.50)` for −3.5, `7 €`.
 * Undefined where it is not one.
 */
export const readAmount = (text: string, decimal: Decimal): Amount | undefined => {
  if (text.length > LONGEST) return undefined;
  const accounting = text.startsWith("(") && text.endsWith(")");
  const groups = patterns[decimal].exec(accounting ? text.slice(1, -1).trim() : text)?.groups;
  if (!groups) return undefined;
  const { sign = "", before = "", inner = "", number = "", after = "", grouped } = groups;
  const signs = sign + inner;
  if (signs.length > 1 || (before !== "" && after !== "") || (accounting && signs !== "")) return undefined;
  const digits = number.replace(decimal === "." ? /[^\d.eE+-]/gu : /[^\d,eE+-]/gu, "").replace(",", ".");
  const negative = accounting || /[-−]/.test(signs);
  return {
    value: negative ? -Number(digits) : Number(digits),
    unit: before || after,
    grouped: grouped !== undefined,
  };
};
