/**
 * How the caller writes an option, with a value where one is meant: a message for somebody at the command line says `--missing drop`,
 * one for somebody who calls the library `missing: "drop"`.
 */
export type Wording = (option: string, value?: string) => string;

/** As in a call of the library. */
export const inCode: Wording = (option, value) =>
  value === undefined ? `\`${option}\`` : `${option}: "${value}"`;
