import type { Figure } from "../parts/definition.js";
import { byFolder } from "./by-folder.js";

/** Every figure, by its name, loaded when a page shows it. */
export const figures = byFolder(import.meta.glob<{ readonly default: Figure }>("./*/index.ts"));
