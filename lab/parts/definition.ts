import type { Component } from "vue";
import type { Fields } from "./link.js";

/** What came of a claim of the lecture at the present state, as the studies judge it. */
export interface Judged {
  readonly claim: string;
  readonly measured: string;
  readonly verdict: "held" | "not held" | "undecided";
}

/** The numbers behind a picture. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** Something to try: part of a state, and what to look for there. */
export interface Try<S> {
  readonly title: string;
  readonly look: string;
  readonly state: Partial<S>;
}

/** What every computation gives beside its numbers. */
export interface Computed {
  readonly claims: readonly Judged[];
}

/**
 * What there is to say of a figure besides its picture. Its computation is a module of its own (`compute.ts`), which the worker imports and
 * tests run in Node; nothing here computes.
 */
export interface Definition<S extends object = object, R extends Computed = Computed> {
  /** As in the address of its page. */
  readonly name: string;
  /** Its parameter in the link. */
  readonly key: string;
  readonly title: string;
  readonly fields: Fields<S>;
  /** Which fields have a control at a state; all where this is absent. */
  readonly shown?: (state: S) => readonly (keyof S)[];
  readonly tries: readonly Try<S>[];
  /** How many steps there are to play; 0 or absent where nothing moves. */
  readonly steps?: (result: R) => number;
  readonly tables: (result: R, state: S) => readonly Table[];
  /** What else changes with a change, such as a start that belongs to a function. */
  readonly follow?: (part: Partial<S>, state: S) => Partial<S>;
  /** A program that computes with the library what is seen, and prints it as JSON; the result is there to name what was found. */
  readonly code: (state: S, result: R) => string;
}

/** A figure: one module over the shared parts. */
export interface Figure extends Definition {
  readonly Picture: Component;
}

/** A figure with the types of its state and result kept to itself, as a list of figures holds it. */
export const figure = <S extends object, R extends Computed>(
  definition: Definition<S, R>,
  Picture: Component,
): Figure => ({ ...(definition as unknown as Definition), Picture });
