import { SteepestError } from "../errors.js";
import { shown } from "../shown.js";

/** What a training depends on besides its course, by name: settings, the network's parameters, the data. */
export type Fingerprint = Readonly<Record<string, string | number | boolean>>;

const said = (value: Fingerprint[string] | undefined): string =>
  value === undefined ? "not there" : typeof value === "string" ? shown(value) : String(value);

/** Throws, naming the first difference, unless a training that left a checkpoint is the one that is to go on. */
export const requireSameTraining = (path: string, before: Fingerprint, now: Fingerprint): void => {
  const different = [...new Set([...Object.keys(now), ...Object.keys(before)])].find(
    (name) => before[name] !== now[name],
  );
  if (different === undefined) return;
  throw new SteepestError(
    `${path} is of another training: ${different} was ${said(before[different])} and is ${said(now[different])}; train as it was, or begin anew in another folder`,
  );
};
