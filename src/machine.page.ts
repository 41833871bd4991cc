import type { Machine } from "./machine.js";

export type { Machine } from "./machine.js";

/** Cores that the browser names. */
export const cores = globalThis.navigator?.hardwareConcurrency || 1;

/** What browsers tell beside what all have: Chromium names platform and memory, the latter rounded down and at most 8 or 32 GiB. */
type Told = Navigator & {
  readonly userAgentData?: { readonly platform?: string };
  readonly deviceMemory?: number;
};

export const machine = (): Machine => {
  const { userAgentData, deviceMemory = 0 }: Told = navigator;
  return {
    platform: userAgentData?.platform || navigator.platform || "unknown",
    processor: "unknown",
    cores,
    memoryGiB: Math.round(deviceMemory),
  };
};

/** What runs the program: the browser and its version, as it calls itself. */
export const runtime = (): Readonly<Record<string, string>> => ({
  browser: /(?:Edg|Firefox|Chrome|Version)\/[\d.]+/.exec(navigator.userAgent)?.[0] ?? navigator.userAgent,
});
