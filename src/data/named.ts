import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import { refuseUnknown } from "../options.js";
import { shown } from "../shown.js";
import type { Field, Target } from "./dataset.js";
import { type Fail, isList } from "./numbers.js";
import { type FieldSpec, fieldOf, fieldOptions, type TargetSpec, targetOf, targetOptions } from "./spec.js";

/** How the only input and the only target of a dataset are described: beside its name, without names of their own. */
export interface SoleSpec
  extends Omit<FieldSpec, "shape" | "partial">,
    Pick<TargetSpec, "classes" | "names" | "labels" | "partial"> {
  /** Shape of one input: `[784]`. @defaultValue as lists are nested; `[1]` for one number each */
  readonly inputShape?: readonly number[];
  /** Shape of one target: `[20]` for a class at each of 20 places. @defaultValue as lists are nested; else what the number of targets tells */
  readonly targetShape?: readonly number[];
}

const soleInput = ["inputShape", "kind", "categories", "image", "columns"] as const;
const soleTarget = ["targetShape", "classes", "names", "labels", "partial"] as const;

export const soleOptions = [...soleInput, ...soleTarget] as const;

/** What was given for one input or target, how messages name it, and what ends with such a message. */
export interface Named<Given, Spec> {
  readonly name: string;
  readonly given: Given;
  readonly spec: Spec;
  readonly fail: Fail;
}

/** Whether inputs or targets are given by name, not as the numbers of an only one. A list of numbers has a length; generators are no names either. */
const byName = (given: unknown): given is Readonly<Record<string, unknown>> =>
  typeof given === "object" &&
  given !== null &&
  !isList(given) &&
  !(Symbol.iterator in given || Symbol.asyncIterator in given);

/** `values` alone, or with what they are beside them. */
const withSpec = <Spec>(
  name: string,
  given: unknown,
  options: readonly string[],
  fail: Fail,
): Named<unknown, Spec> => {
  if (!byName(given)) return { name, given, spec: {} as Spec, fail };
  refuseUnknown(name, given, ["values", ...options]);
  const { values, ...spec } = given;
  return { name, given: values, spec: spec as Spec, fail };
};

const refuse = (options: object, names: readonly string[], of: string, fail: Fail): void => {
  const surplus = Object.keys(options).find((name) => names.includes(name));
  if (surplus === undefined) return;
  fail(`${surplus} is for an only ${of}; where they have names, give it beside the values of one of them`);
};

const inputsOf = (options: { readonly inputs?: unknown } & SoleSpec, fail: Fail) => {
  const { inputs, inputShape, kind, categories, image, columns } = options;
  if (byName(inputs)) {
    refuse(options, soleInput, "input", fail);
    return Object.entries(inputs).map(([name, given]) =>
      withSpec<FieldSpec>(name, given, fieldOptions, (problem) => fail(`input "${name}": ${problem}`)),
    );
  }
  const spec = {
    ...(inputShape === undefined ? {} : { shape: inputShape }),
    ...(kind === undefined ? {} : { kind }),
    ...(categories === undefined ? {} : { categories }),
    ...(image === undefined ? {} : { image }),
    ...(columns === undefined ? {} : { columns }),
  };
  return [{ name: "input", given: inputs, spec, fail }];
};

const targetsOf = (options: { readonly targets?: unknown } & SoleSpec, fail: Fail) => {
  const { targets, targetShape, classes, names, labels, partial } = options;
  if (byName(targets)) {
    refuse(options, soleTarget, "target", fail);
    return Object.entries(targets).map(([name, given]) =>
      withSpec<TargetSpec>(name, given, targetOptions, (problem) => fail(`target "${name}": ${problem}`)),
    );
  }
  const spec = {
    ...(targetShape === undefined ? {} : { shape: targetShape }),
    ...(classes === undefined ? {} : { classes }),
    ...(names === undefined ? {} : { names }),
    ...(labels === undefined ? {} : { labels }),
    ...(partial === undefined ? {} : { partial }),
  };
  return [{ name: "target", given: targets, spec, fail }];
};

/** Names that mean something else. */
const reserved = ["weight", "weights"];

/**
 * What was given for each input and target of a dataset, by its name: those of the only ones are `input` and `target`. Throws where
 * two have the same name, or there are no inputs.
 */
export const namedParts = (
  what: string,
  options: { readonly name: string; readonly inputs?: unknown; readonly targets?: unknown } & SoleSpec,
) => {
  const { name } = options;
  if (typeof name !== "string") throw new SteepestError(`${what}: name is ${givenText(name)}; give a text`);
  const fail: Fail = (problem) => {
    throw new SteepestError(`${what} "${name}": ${problem}`);
  };
  const inputs: Named<unknown, FieldSpec>[] = inputsOf(options, fail);
  const targets: Named<unknown, TargetSpec>[] = targetsOf(options, fail);
  if (inputs.length === 0) fail("it has no inputs; give at least one");
  const twice = inputs.find((input) => targets.some((target) => target.name === input.name));
  if (twice) fail(`an input and a target are both called ${shown(twice.name)}; give them different names`);
  const taken = [...inputs, ...targets].find((part) => part.name === "" || reserved.includes(part.name));
  if (taken) fail(`an input or target cannot be called ${shown(taken.name)}; choose another name`);
  return { name, inputs, targets, fail };
};

/** The inputs and targets that specifications alone describe, where the numbers come later. */
export const describedParts = (
  what: string,
  options: { readonly name: string; readonly inputs?: unknown; readonly targets?: unknown } & SoleSpec,
) => {
  const { name, inputs, targets, fail } = namedParts(what, options);
  const fields: Record<string, Field> = {};
  const kinds: Record<string, Target> = {};
  for (const each of inputs) fields[each.name] = fieldOf(each.spec, each.fail);
  for (const each of targets) kinds[each.name] = targetOf(each.spec, each.fail);
  return { name, inputs: fields, targets: kinds, fail };
};
