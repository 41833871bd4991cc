/*
 * What figures are drawn with. One module, loaded when the first figure is drawn: the build puts the code of these packages into it
 * (`scripts/build.js`), so that a program that depends on Steepest does not install some fifty of them.
 */
export * as plot from "@observablehq/plot";
export { parseHTML } from "linkedom";
