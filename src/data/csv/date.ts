import { missing } from "../../missing.js";

/** Which comes first in 01/02/2024. */
export const dateOrders = ["day-first", "month-first"] as const;
export type DateOrder = (typeof dateOrders)[number];

const MONTHS = "january february march april may june july august september october november december".split(
  " ",
);
const MONTH = "(?<name>[A-Za-z]{3,9})\\.?";
const WEEKDAY = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /;
const TIME =
  "(?:(?:T| |, )(?<hour>\\d{1,2}):(?<minute>\\d{2})(?::(?<second>\\d{2}(?:[.,]\\d+)?))?(?: ?(?<half>[AaPp])\\.?[Mm]\\.?)?)?(?: ?(?<zone>Z|UTC|GMT|[+-]\\d{2}:?\\d{2}))?";

/** What may follow a date. */
const rest = new RegExp(`^${TIME}$`);

/** Dates that are not three numbers. */
const forms = [
  // 2024-01
  "(?<year>(?:19|20)\\d{2})[-/](?<month>\\d{2})",
  // 31 Jan 2024, 31-January-2024, Jan 31, 2024
  `(?<day>\\d{1,2})\\.?[ -]?${MONTH}[ -]?(?<year>[12]\\d{3})`,
  `${MONTH} (?<day>\\d{1,2}),? (?<year>[12]\\d{3})`,
].map((form) => new RegExp(`^${form}${TIME}$`));

const DAY = 864e5;

/** No date is longer. */
const LONGEST = 40;

/** Milliseconds of a zone such as +02:00. */
const offset = (zone: string | undefined): number => {
  if (zone === undefined || !/\d/.test(zone)) return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith("-") ? -minutes : minutes) * 6e4;
};

const DAYS_OF_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/** Days since 1970-01-01 of a day of the calendar; NaN where there is none such. */
const dayNumber = (year: number, month: number, day: number): number => {
  const last = month === 2 && !isLeap(year) ? 28 : (DAYS_OF_MONTH[month - 1] ?? 0);
  return day >= 1 && day <= last ? Date.UTC(year, month - 1, day) / DAY : Number.NaN;
};

/** Milliseconds since midnight; NaN where there is no such time. */
const timeOfDay = (groups: Readonly<Record<string, string | undefined>>): number => {
  const { hour = "0", minute = "0", second = "0", half } = groups;
  const h = Number(hour);
  const m = Number(minute);
  const s = Number(second.replace(",", "."));
  if (m > 59 || s >= 61 || h > (half ? 12 : 24) || (half && h === 0)) return Number.NaN;
  const hours = half ? (h % 12) + (half.toLowerCase() === "p" ? 12 : 0) : h;
  return ((hours * 60 + m) * 60 + s) * 1000;
};

/** Milliseconds of the time and zone that followed a date, as a share of a day. */
const timeAfter = (groups: Readonly<Record<string, string | undefined>>): number =>
  groups.hour === undefined && groups.zone === undefined
    ? 0
    : (timeOfDay(groups) - offset(groups.zone)) / DAY;

/** Days since 1970-01-01, by which of day and month comes first; NaN where the calendar has no such day. */
export type Days = Record<DateOrder, number>;

const DASH = 45;
const POINT = 46;
const SLASH = 47;

/** Where the digits from `start` on end. */
const digitsEnd = (bytes: Uint8Array, start: number, end: number): number => {
  let i = start;
  while (i < end && ((bytes[i] ?? missing()) ^ 48) < 10) i++;
  return i;
};

/** The number that the digits from `start` to `end` write. */
const digitsAt = (bytes: Uint8Array, start: number, end: number): number => {
  let value = 0;
  for (let i = start; i < end; i++) value = value * 10 + ((bytes[i] ?? missing()) ^ 48);
  return value;
};

/**
 * Reads a date of three numbers from bytes: 2024-01-31, 2024/1/31, 2024.01.31; 31.1.2024, in which the day comes first everywhere;
 * 31/1/2024 and 31-1-2024. Gives where it ends, or −1 where no such date begins at `start`. What begins so is no number in any notation.
 */
export const readDigitDate = (bytes: Uint8Array, start: number, end: number, days: Days): number => {
  const first = digitsEnd(bytes, start, end);
  const mark = bytes[first];
  if (first >= end || (mark !== DASH && mark !== SLASH && mark !== POINT)) return -1;
  const second = digitsEnd(bytes, first + 1, end);
  if (second >= end || bytes[second] !== mark) return -1;
  const third = digitsEnd(bytes, second + 1, end);
  const lengths = 100 * (first - start) + 10 * (second - first - 1) + third - second - 1;
  const yearFirst = lengths === 422 || lengths === 421 || lengths === 412 || lengths === 411;
  const yearLast = lengths === 224 || lengths === 214 || lengths === 124 || lengths === 114;
  if (!yearFirst && !yearLast) return -1;
  const a = digitsAt(bytes, start, first);
  const b = digitsAt(bytes, first + 1, second);
  const c = digitsAt(bytes, second + 1, third);
  const year = yearFirst ? a : c;
  if (year < 1000 || year >= 3000) return -1;
  days["day-first"] = yearFirst ? dayNumber(year, b, c) : dayNumber(year, b, a);
  days["month-first"] = yearFirst || mark === POINT ? days["day-first"] : dayNumber(year, a, b);
  return third;
};

const decoder = new TextDecoder();

/**
 * Reads a date from the year 1000 on from bytes, with its time as a fraction; a time without a zone is taken for UTC. Writes its days
 * into `days`; false where it is no date in either order.
 */
export const readDate = (bytes: Uint8Array, start: number, end: number, days: Days): boolean => {
  if (end - start > LONGEST) return false;
  let from = start;
  if ((bytes[start] ?? missing()) > 64) {
    from += WEEKDAY.exec(decoder.decode(bytes.subarray(start, end)))?.[0].length ?? 0;
  }
  const behind = readDigitDate(bytes, from, end, days);
  if (behind >= 0) {
    if (behind < end) {
      const groups = rest.exec(decoder.decode(bytes.subarray(behind, end)))?.groups;
      if (!groups) return false;
      const time = timeAfter(groups);
      days["day-first"] += time;
      days["month-first"] += time;
    }
    return !(Number.isNaN(days["day-first"]) && Number.isNaN(days["month-first"]));
  }
  const text = decoder.decode(bytes.subarray(from, end));
  for (const form of forms) {
    const groups = form.exec(text)?.groups;
    if (!groups) continue;
    const { year, month, day = "1", name } = groups;
    const monthNumber =
      name === undefined
        ? Number(month)
        : MONTHS.findIndex((full) => full.startsWith(name.toLowerCase())) + 1;
    const only = dayNumber(Number(year), monthNumber, Number(day)) + timeAfter(groups);
    days["day-first"] = days["month-first"] = only;
    return !Number.isNaN(only);
  }
  return false;
};

/** Hours of a time of day or a duration such as 12:30, 12:30:15 or 1:05 PM; undefined where the text is none. */
export const readTime = (text: string): number | undefined => {
  const match = /^(\d{1,3}):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?(?: ?([AaPp])[Mm])?$/.exec(text);
  if (!match) return undefined;
  const [, hours = "0", minutes = "0", seconds = "0", half] = match;
  const h = Number(hours);
  if (half && (h === 0 || h > 12)) return undefined;
  const whole = half ? (h % 12) + (half.toLowerCase() === "p" ? 12 : 0) : h;
  return whole + Number(minutes) / 60 + Number(seconds) / 3600;
};

/** A date whose year has two digits: which century is meant nobody can tell. */
export const isShortDate = (text: string): boolean =>
  /^\d{1,2}([-/. ])(?:\d{1,2}|[A-Za-z]{3,9})\1\d{2}$/.test(text);
