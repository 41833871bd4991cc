/** How each figure computes, by its name. */
type Load = () => Promise<{ readonly compute: (state: never, signal?: AbortSignal) => Promise<object> }>;

const all = {
  augmentation: () => import("./augmentation/compute.js"),
  convexity: () => import("./convexity/compute.js"),
  "early-stopping": () => import("./early-stopping/compute.js"),
  "gradient-descent": () => import("./gradient-descent/compute.js"),
  "least-squares": () => import("./least-squares/compute.js"),
  momentum: () => import("./momentum/compute.js"),
  playground: () => import("./playground/compute.js"),
  race: () => import("./race/compute.js"),
} as const satisfies Readonly<Record<string, Load>>;

export const computations = all as unknown as Readonly<
  Record<string, () => Promise<{ compute: (state: object, signal?: AbortSignal) => Promise<object> }>>
>;
