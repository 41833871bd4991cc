import { UsageError } from "../../errors.js";

/** "RMSProp with momentum" as it is written on the command line: "rmsprop-with-momentum". */
const key = (name: string): string => name.toLowerCase().replaceAll(" ", "-");

/** Those whose names are in a list such as "adam,momentum"; all of them without a list. Throws on a name that none has. */
export const choose = <T extends { readonly name: string }>(
  setting: string,
  all: readonly T[],
  list: string | undefined,
): readonly T[] => {
  if (list === undefined) return all;
  const wanted = list.split(",").map((name) => key(name.trim()));
  const unknown = wanted.find((name) => !all.some((each) => key(each.name) === name));
  if (unknown !== undefined) {
    throw new UsageError(
      `--${setting} ${list}: there is no "${unknown}"; choose from ${all.map(({ name }) => key(name)).join(", ")}`,
    );
  }
  return all.filter(({ name }) => wanted.includes(key(name)));
};
