import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import type { ParameterInfo } from "./groups.js";

/** Which parameters: the one of that name, those whose name an expression matches, or those a function is true for. */
export type Match = string | RegExp | ((parameter: ParameterInfo) => boolean);

/** A penalty or constraint for chosen parameters. */
export interface Selected<T> {
  readonly match: Match;
  readonly apply: T;
}

/** One or several, each for all weights or for chosen parameters. */
export type OneOrMore<T> = T | Selected<T> | readonly (T | Selected<T>)[];

/**
 * A penalty or constraint for chosen parameters instead of all weights.
 *
 * ```ts
 * fit(net, data, { penalty: [l2(1e-4), on("linear1.weight", l1(1e-5))], constraint: on(/weight$/, maxNorm(2)) })
 * ```
 */
export const on = <T>(match: Match, apply: T): Selected<T> => ({ match, apply });

export const matches = (match: Match, parameter: ParameterInfo): boolean => {
  if (typeof match === "string") return parameter.name === match;
  if (isExpression(match)) return parameter.name.search(match) >= 0;
  if (typeof match === "function") return match(parameter);
  throw new SteepestError(
    `match: expected a parameter's name, a regular expression or a function, got ${givenText(match)}`,
  );
};

/** Also for an expression of another realm, such as a `vm` context, whose class is not ours. */
const isExpression = (match: Exclude<Match, string>): match is RegExp =>
  Object.prototype.toString.call(match) === "[object RegExp]";

const isSelected = <T>(entry: T | Selected<T>): entry is Selected<T> =>
  typeof entry === "object" && entry !== null && "match" in entry && "apply" in entry;

const isList = <E>(given: E | readonly E[]): given is readonly E[] => Array.isArray(given);

/** What penalties and constraints say of themselves: `acts`, a word or an object. */
const kinds = {
  penalty: { acts: "string", example: "l2(1e-4)" },
  constraint: { acts: "object", example: "maxNorm(3)" },
} as const;

/** Throws where something else was given, as plain JavaScript allows: a number, the other kind, or a function not called. */
const requireKind = (what: keyof typeof kinds, given: unknown): void => {
  const { acts, example } = kinds[what];
  const said = given instanceof Object && "acts" in given ? typeof given.acts : undefined;
  if (said === acts) return;
  const other = what === "penalty" ? "constraint" : "penalty";
  const got = said === undefined ? givenText(given) : `a ${other}; give it as \`${other}\``;
  throw new SteepestError(`${what}: expected something such as ${example}, got ${got}`);
};

/**
 * Which parameters each entry of a list is for; weights, where it does not say. Throws, naming what exists, where an entry
 * is for none, and where it is not what it should be.
 */
export const assign = <T>(
  what: keyof typeof kinds,
  given: OneOrMore<T> | undefined,
  parameters: readonly ParameterInfo[],
): readonly { readonly apply: T; readonly to: ReadonlySet<string> }[] => {
  if (given === undefined) return [];
  const list = isList<T | Selected<T>>(given) ? given : [given];
  return list.map((entry) => {
    const { match, apply } = isSelected(entry)
      ? entry
      : { match: ({ role }: ParameterInfo) => role === "weight", apply: entry };
    requireKind(what, apply);
    const to = isSelected(entry)
      ? matching(what, match, parameters)
      : matching(what, match, parameters, "the network has no weights");
    return { apply, to: new Set(to) };
  });
};

/** The names of the parameters that match. Throws, naming what exists, where there are none. */
export const matching = (
  what: string,
  match: Match,
  parameters: readonly ParameterInfo[],
  problem = `no parameter matches ${describe(match)}`,
): readonly string[] => {
  const names = parameters.filter((parameter) => matches(match, parameter)).map(({ name }) => name);
  if (names.length > 0) return names;
  throw new SteepestError(
    `${what}: ${problem}; the parameters are ${parameters.map(({ name }) => name).join(", ")}`,
  );
};

const describe = (match: Match): string => {
  if (typeof match === "function") return "the function given";
  return typeof match === "string" ? `"${match}"` : String(match);
};
