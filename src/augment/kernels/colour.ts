import { turnHue } from "./hue.js";
import { bits8, solarise8, solarise32, steps32 } from "./levels.js";
import { mix8, mix32 } from "./mixed-channels.js";
import { scale8, scale32 } from "./scaled.js";
import { storages } from "./storage.js";

/**
 * Kernels that make each pixel from itself alone. They read planes and write planes, which may be the same, in whole vectors: up to 15
 * values behind the end are written too.
 */
export const colourKernels = {
  scale8,
  scale32,
  mix8,
  mix32,
  turnHue8: turnHue(storages.uint8),
  turnHue32: turnHue(storages.float32),
  bits8,
  solarise8,
  solarise32,
  steps32,
} as const;
