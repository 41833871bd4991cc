/** Which comes first in 01/02/2024. */
export const dateOrders = ["day-first", "month-first"] as const;
export type DateOrder = (typeof dateOrders)[number];

const MONTHS = "january february march april may june july august september october november december".split(
  " ",
);
const MONTH = "(?<name>[A-Za-z]{3,9})\\.?";
const WEEKDAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? ";
const TIME =
  "(?:(?:T| |, )(?<hour>\\d{1,2}):(?<minute>\\d{2})(?::(?<second>\\d{2}(?:[.,]\\d+)?))?(?: ?(?<half>[AaPp])\\.?[Mm]\\.?)?)?(?: ?(?<zone>Z|UTC|GMT|[+-]\\d{2}:?\\d{2}))?";

const forms = [
  // 2024-01-31, 2024/1/31, 2024.01.31, 2024-01
  "(?<year>[12]\\d{3})(?<mark>[-/.])(?<month>\\d{1,2})\\k<mark>(?<day>\\d{1,2})",
  "(?<year>(?:19|20)\\d{2})[-/](?<month>\\d{2})",
  // 31.1.2024: with points, the day comes first everywhere
  "(?<day>\\d{1,2})\\.(?<month>\\d{1,2})\\.(?<year>[12]\\d{3})",
  // 31/1/2024 or 1/31/2024
  "(?<left>\\d{1,2})(?<mark>[-/])(?<right>\\d{1,2})\\k<mark>(?<year>[12]\\d{3})",
  // 31 Jan 2024, 31-January-2024, Jan 31, 2024
  `(?<day>\\d{1,2})\\.?[ -]?${MONTH}[ -]?(?<year>[12]\\d{3})`,
  `${MONTH} (?<day>\\d{1,2}),? (?<year>[12]\\d{3})`,
].map((form) => new RegExp(`^(?:${WEEKDAY})?${form}${TIME}$`));

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

/** Days since 1970-01-01, by which of day and month comes first; NaN where the calendar has no such day. */
export type Days = Readonly<Record<DateOrder, number>>;

/**
 * The days of a date from the year 1000 on, with its time as a fraction; a time without a zone is taken for UTC. Undefined where the
 * text is no date in either order.
 */
export const readDate = (text: string): Days | undefined => {
  if (text.length > LONGEST) return undefined;
  for (const form of forms) {
    const groups = form.exec(text)?.groups;
    if (!groups) continue;
    const { year, month, day = "1", left, right, name } = groups;
    const time =
      groups.hour === undefined && groups.zone === undefined
        ? 0
        : (timeOfDay(groups) - offset(groups.zone)) / DAY;
    const at = (monthNumber: number, dayOfMonth: string) =>
      dayNumber(Number(year), monthNumber, Number(dayOfMonth)) + time;
    if (left !== undefined && right !== undefined) {
      const days = { "day-first": at(Number(right), left), "month-first": at(Number(left), right) };
      return Number.isNaN(days["day-first"]) && Number.isNaN(days["month-first"]) ? undefined : days;
    }
    const monthNumber =
      name === undefined
        ? Number(month)
        : MONTHS.findIndex((full) => full.startsWith(name.toLowerCase())) + 1;
    const only = at(monthNumber, day);
    return Number.isNaN(only) ? undefined : { "day-first": only, "month-first": only };
  }
  return undefined;
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
