import { numberText } from "../figures/numbers.js";
import { missing } from "../missing.js";

const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** 12,345. */
export const count = (value: number): string => (Number.isFinite(value) ? grouped.format(value) : "—");

/** 1.23 % of a share 0.0123; what rounds to 100 or 0 without being it is told apart. */
export const percent = (share: number): string => {
  if (!Number.isFinite(share)) return "—";
  if (share > 0.9999 && share < 1) return "> 99.99 %";
  if (share < 0.0001 && share > 0) return "< 0.01 %";
  return `${(100 * share).toFixed(2)} %`;
};

/** Four significant digits, and all digits before the point, in the notation of the figures. */
export const number = (value: number): string => {
  const whole = Math.floor(Math.log10(Math.abs(value) || 1)) + 1;
  return numberText(value, whole > 4 && whole <= 6 ? whole : 4);
};

/** 12 ms, 4.2 s, 3 min 20 s, 1 h 05 min. */
export const duration = (seconds: number): string => {
  if (!(seconds >= 0 && Number.isFinite(seconds))) return "—";
  if (seconds > 0 && seconds < 0.1) return `${Number((1000 * seconds).toPrecision(2))} ms`;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
};

/** 2026-03-14 15:09 to 15:10 UTC; the second day where it is another, and one time where both are the same. */
export const period = (from: string, to: string): string => {
  const [first, last] = [from, to].map((iso) => {
    const date = new Date(iso);
    return Number.isNaN(date.getTime()) ? [iso, ""] : date.toISOString().slice(0, 16).split("T");
  });
  const [day, time] = first ?? missing();
  const [endDay, endTime] = last ?? missing();
  if (from === to) return `${day} ${time} UTC`;
  return `${day} ${time} to ${endDay === day ? "" : `${endDay} `}${endTime} UTC`;
};
