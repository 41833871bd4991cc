import { describe, expect, it } from "vitest";
import { type Days, isShortDate, readDate as readBytes, readTime } from "../../../src/data/csv/date.js";

const DAY = 864e5;
const two = (value: number) => String(value).padStart(2, "0");

/** Days since 1970-01-01 by the machine's calendar, NaN for a day that it moves elsewhere. */
const calendar = (year: number, month: number, day: number): number => {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() / DAY : Number.NaN;
};

/** The days of a text, which stands between others in memory; undefined where it is no date. */
const readDate = (text: string): Days | undefined => {
  const bytes = new TextEncoder().encode(`1${text}2`);
  const days = { "day-first": 0, "month-first": 0 };
  return readBytes(bytes, 1, bytes.length - 1, days) ? days : undefined;
};

/** The day of a text that is a date in one way only. */
const only = (text: string): number => {
  const days = readDate(text);
  if (days === undefined) return Number.NaN;
  expect(days["day-first"]).toBe(days["month-first"]);
  return days["day-first"];
};

describe("days", () => {
  it("are those of the calendar, every one from 0 to 32 in the months 0 to 13 of years of each kind", () => {
    for (const year of [1000, 1582, 1900, 1969, 1970, 1996, 2000, 2023, 2024, 2100, 2400, 2999]) {
      for (let month = 0; month <= 13; month++) {
        for (let day = 0; day <= 32; day++) {
          const text = `${year}-${two(month)}-${two(day)}`;
          if (!Object.is(only(text), calendar(year, month, day))) {
            expect(only(text), text).toBe(calendar(year, month, day));
          }
        }
      }
    }
  });

  it("are read in every notation", () => {
    const day = calendar(2024, 3, 5);
    for (const text of [
      ...["2024-03-05", "2024/3/5", "2024.03.05", "5.3.2024", "05.03.2024", "5 Mar 2024", "5. March 2024"],
      ...["05-Mar-2024", "5-March-2024", "5Mar2024", "Mar 5, 2024", "March 05 2024", "mar. 5, 2024"],
      ...["Tue, 5 Mar 2024", "Tuesday 5 March 2024", "Tue 2024-03-05"],
    ]) {
      expect(only(text), text).toBe(day);
    }
    expect([only("2024-03"), only("2024/03"), only("1999-12")]).toEqual([
      calendar(2024, 3, 1),
      calendar(2024, 3, 1),
      calendar(1999, 12, 1),
    ]);
    for (const text of [
      "2024-3/5",
      "2024-3",
      "1899-12",
      "2024-00",
      "3024-01-01",
      "999-01-01",
      "2024-01-01x",
      "",
    ]) {
      expect(readDate(text), text).toBeUndefined();
    }
  });

  it("have the months of their names, whole and of three letters", () => {
    for (let month = 1; month <= 12; month++) {
      const name = new Intl.DateTimeFormat("en", { month: "long", timeZone: "UTC" }).format(
        Date.UTC(2024, month - 1),
      );
      for (const text of [name, name.slice(0, 3), name.toUpperCase(), name.slice(0, 3).toLowerCase()]) {
        expect(only(`7 ${text} 2024`), text).toBe(calendar(2024, month, 7));
        expect(only(`${text} 7, 2024`), text).toBe(calendar(2024, month, 7));
      }
    }
    expect(readDate("7 Foo 2024")).toBeUndefined();
    expect(readDate("7 Ja 2024")).toBeUndefined();
  });

  it("stand before or after the month between slashes and hyphens", () => {
    for (const mark of ["/", "-"]) {
      const both = (left: number, right: number) => readDate(`${left}${mark}${right}${mark}2024`);
      expect(both(3, 5)).toEqual({ "day-first": calendar(2024, 5, 3), "month-first": calendar(2024, 3, 5) });
      expect(both(13, 5)).toEqual({ "day-first": calendar(2024, 5, 13), "month-first": Number.NaN });
      expect(both(5, 13)).toEqual({ "day-first": Number.NaN, "month-first": calendar(2024, 5, 13) });
      expect(both(13, 13)).toBeUndefined();
      expect(both(31, 2)).toBeUndefined();
      expect(both(0, 1)).toBeUndefined();
    }
  });

  it("are at most 40 characters long", () => {
    const text = (digits: number) => `2024-01-31 06:00:00.${"5".repeat(digits)}`;
    expect(text(20)).toHaveLength(40);
    expect(readDate(text(20))).toBeDefined();
    expect(readDate(text(21))).toBeUndefined();
  });
});

describe("times of a day", () => {
  const at = (time: string) => (only(`2024-01-31${time}`) - calendar(2024, 1, 31)) * DAY;
  const milliseconds = (hours: number, minutes = 0, seconds = 0) =>
    ((hours * 60 + minutes) * 60 + seconds) * 1000;

  it("are parts of it, up to the limits of a clock", () => {
    expect(at("T06:07")).toBeCloseTo(milliseconds(6, 7), 3);
    expect(at(" 18:30:15.5")).toBeCloseTo(milliseconds(18, 30, 15.5), 3);
    expect(at(", 18:30:15,25")).toBeCloseTo(milliseconds(18, 30, 15.25), 3);
    expect(at(" 24:00")).toBeCloseTo(milliseconds(24), 3);
    expect(at(" 23:59:60")).toBeCloseTo(milliseconds(24), 3);
    expect(at(" 23:59:60.5")).toBeCloseTo(milliseconds(24, 0, 0.5), 3);
    for (const wrong of [" 25:00", " 12:60", " 12:00:61", " 12:00:75", " 1:2", " 12:00:5"]) {
      expect(readDate(`2024-01-31${wrong}`), wrong).toBeUndefined();
    }
  });

  it("of twelve hours begin at 12", () => {
    const hours = (time: string) => at(` ${time}`) / 36e5;
    expect(["12:00 AM", "1:00 am", "11:00 a.m.", "12:00 PM", "1:00pm", "11:00 p.m."].map(hours)).toEqual(
      [0, 1, 11, 12, 13, 23].map((hour) => expect.closeTo(hour, 6)),
    );
    expect(readDate("2024-01-31 13:00 PM")).toBeUndefined();
    expect(readDate("2024-01-31 0:00 AM")).toBeUndefined();
  });

  it("are moved by their zone", () => {
    const hours = (text: string) => at(text) / 36e5;
    expect(["T12:00Z", " 12:00 UTC", " 12:00 GMT", "T12:00+00:00"].map(hours)).toEqual(
      [12, 12, 12, 12].map((hour) => expect.closeTo(hour, 6)),
    );
    expect(["T12:00+02:00", "T12:00-03:30", " 12:00 +0545", "T12:00-1130"].map(hours)).toEqual(
      [10, 15.5, 6.25, 23.5].map((hour) => expect.closeTo(hour, 6)),
    );
    // A day alone may have a zone too.
    expect([hours("Z"), hours("+02:00"), hours("-0130")]).toEqual(
      [0, -2, 1.5].map((hour) => expect.closeTo(hour, 6)),
    );
  });

  it("alone are hours", () => {
    expect(["0:00", "12:30", "23:59", "100:00", "999:59"].map(readTime)).toEqual(
      [0, 12.5, 23 + 59 / 60, 100, 999 + 59 / 60].map((hour) => expect.closeTo(hour, 12)),
    );
    expect(["00:00:36", "12:30:15.5", "1:05:59"].map(readTime)).toEqual(
      [0.01, 12.5 + 15.5 / 3600, 1 + 5 / 60 + 59 / 3600].map((hour) => expect.closeTo(hour, 12)),
    );
    expect(["12:00 AM", "1:00 AM", "11:30am", "12:00 pm", "1:00 PM", "11:30:36 pm"].map(readTime)).toEqual(
      [0, 1, 11.5, 12, 13, 23.51].map((hour) => expect.closeTo(hour, 12)),
    );
    for (const wrong of [
      "12:60",
      "1000:00",
      "12",
      "12:3",
      "12:30:60",
      "0:30 AM",
      "13:00 PM",
      "12:30 XM",
      " 12:30",
    ]) {
      expect(readTime(wrong), wrong).toBeUndefined();
    }
  });
});

it("dates with years of two digits are seen to be such", () => {
  for (const text of ["1/2/24", "31-12-99", "1.2.24", "31-Jan-24", "1 January 24", "01/February/24"]) {
    expect(isShortDate(text), text).toBe(true);
  }
  for (const text of ["1/2/2024", "1/2-24", "1/2/2", "123/1/24", "1/Ja/24", "1//24", "1/2", "x1/2/24"]) {
    expect(isShortDate(text), text).toBe(false);
  }
});
