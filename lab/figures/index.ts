import type { Figure } from "../parts/definition.js";

/** Every figure, by its name, loaded when a page shows it. */
export const figures: Readonly<Record<string, () => Promise<{ readonly default: Figure }>>> = {
  augmentation: () => import("./augmentation/index.js"),
  convexity: () => import("./convexity/index.js"),
  "early-stopping": () => import("./early-stopping/index.js"),
  "gradient-descent": () => import("./gradient-descent/index.js"),
  "least-squares": () => import("./least-squares/index.js"),
  momentum: () => import("./momentum/index.js"),
  playground: () => import("./playground/index.js"),
  race: () => import("./race/index.js"),
};
