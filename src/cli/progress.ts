import { number } from "../report/format.js";
import type { Progress, Score } from "../train/events.js";
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
export const showProgress = (stream: NodeJS.WriteStream): ((progress: Progress) => void) => {
  const live = stream.isTTY === true;
  let shown = 0;
  let epochs = 0;
  const clear = () => {
    if (live) stream.write("\r\u001b[K");
  };
  return (progress) => {
    if (progress.kind === "step") {
      epochs = progress.epochs;
      if (!live || performance.now() - shown < refreshMs) return;
      shown = performance.now();
      const { epoch, step, stepsPerEpoch, train, samplesPerSecond } = progress;
      clear();
      const line = `epoch ${epoch}/${epochs} ${bar(step / stepsPerEpoch)} ${scoreText(train)}  ${count(samplesPerSecond)} samples/s`;
      stream.write(line.slice(0, Math.max(20, (stream.columns ?? 100) - 1)));
      return;
    }
    const { epoch, train, validation, sharpness, samplesPerSecond } = progress.record;
    clear();
    const watched = validation
      ? `  validation ${validation.error === undefined ? number(validation.loss).padEnd(7) : percent(validation.error).padStart(7)}${progress.best ? " *" : "  "}`
      : "";
    const curvature = sharpness === undefined ? "" : `  sharpness ${sharpness.toPrecision(4)}`;
    stream.write(
      `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}  ${scoreText(train)}${watched}${curvature}  ${count(samplesPerSecond)} samples/s\n`,
    );
  };
};
