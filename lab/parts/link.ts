import { type Field, LinkError } from "./fields.js";

/** The version of how states are written; links of other versions are refused, not misread. */
const version = "1";

export type Fields<S> = { readonly [name in keyof S]: Field<S[name]> };

const entriesOf = <S extends object>(fields: Fields<S>) =>
  Object.entries(fields) as [keyof S, Field<unknown>][];

/** What every field begins with. */
export const initialState = <S extends object>(fields: Fields<S>): S =>
  Object.fromEntries(entriesOf(fields).map(([name, { initial }]) => [name, initial])) as S;

/** `1~e1.9~x-9.5,1.6`: the version, then each field that is not at its initial value. Empty where all are. */
export const writeState = <S extends object>(fields: Fields<S>, state: S): string => {
  const changed = entriesOf(fields).flatMap(([name, field]) => {
    const text = field.write(state[name]);
    return text === field.write(field.initial) ? [] : [`${field.key}:${text.replaceAll("~", "")}`];
  });
  return changed.length === 0 ? "" : [version, ...changed].join("~");
};

/** The state that a text describes. Throws a `LinkError` that says what is wrong with it. */
export const readState = <S extends object>(fields: Fields<S>, text: string): S => {
  const [given, ...parts] = text.split("~");
  if (given !== version) {
    throw new LinkError(`the link is of version "${given}", this page reads version ${version}`);
  }
  const state = initialState(fields) as Record<keyof S, unknown>;
  for (const part of parts) {
    const at = part.indexOf(":");
    const [key, value] = [part.slice(0, at), part.slice(at + 1)];
    const found = entriesOf(fields).find(([, field]) => at > 0 && field.key === key);
    if (found === undefined) throw new LinkError(`the link holds "${part}", which this figure does not know`);
    const [name, field] = found;
    state[name] = field.read(value);
  }
  return state as S;
};

/** As in a query, with what may stand there unescaped left readable. */
const escaped = (text: string): string =>
  encodeURIComponent(text).replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("%3B", ";");

/** A query with one parameter set, or taken out where the value is empty; the others stay. */
export const withParameter = (query: string, name: string, value: string): string => {
  const others = [...new URLSearchParams(query)].filter(([key]) => key !== name);
  const all = value === "" ? others : [...others, [name, value] as const];
  return all.length === 0 ? "" : `?${all.map(([key, each]) => `${key}=${escaped(each)}`).join("&")}`;
};
