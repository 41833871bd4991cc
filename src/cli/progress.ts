import { number } from "../report/format.js";
import type { Callback } from "../train/callbacks.js";
import type { Score } from "../train/events.js";
import { count, percent } from "./output.js";

const barWidth = 24;
const refreshMs = 100;

const bar = (share: number): string => {
  const filled = Math.round(share * barWidth);
  return "█".repeat(filled) + "░".repeat(barWidth - filled);
};

const scoreText = ({ loss, error }: Score): string =>
  `loss ${number(loss).padEnd(7)}${error === undefined ? "" : `  error ${percent(error).padStart(7)}`}`;

/**
 * Shows training on a stream: a bar that moves on a terminal, one plain line per epoch elsewhere.
 */
export const showProgress = (stream: NodeJS.WriteStream): Callback => {
  const live = stream.isTTY === true;
  let shown = 0;
  const clear = () => {
    if (live) stream.write("\r\u001b[K");
  };
  return {
    onStepEnd: async ({ epoch, epochs, step, stepsPerEpoch, samplesPerSecond, train }) => {
      if (!live || performance.now() - shown < refreshMs) return;
      shown = performance.now();
      const line = `epoch ${epoch}/${epochs} ${bar(step / stepsPerEpoch)} ${scoreText(await train())}  ${count(samplesPerSecond)} samples/s`;
      clear();
      stream.write(line.slice(0, Math.max(20, (stream.columns ?? 100) - 1)));
    },
    onEpochEnd: ({ epochs }, { record, best }) => {
      const { epoch, train, validation, sharpness, samplesPerSecond } = record;
      clear();
      const watched = validation
        ? `  validation ${validation.error === undefined ? number(validation.loss).padEnd(7) : percent(validation.error).padStart(7)}${best ? " *" : "  "}`
        : "";
      const curvature = sharpness === undefined ? "" : `  sharpness ${sharpness.toPrecision(4)}`;
      stream.write(
        `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}  ${scoreText(train)}${watched}${curvature}  ${count(samplesPerSecond)} samples/s\n`,
      );
    },
  };
};
