import protobuf from "protobufjs/minimal.js";
import { highest, lowest } from "../../extremes.js";
import { joined } from "../../joined.js";
import { maskedCrc32c } from "./crc32c.js";

/*
 * Event files as TensorBoard reads them: records of serialised messages. Field numbers are those of event.proto, summary.proto and the plugin's
 * hparams/plugin_data.proto (https://github.com/tensorflow/tensorboard).
 */

type Writer = protobuf.Writer;

/** The tags of fields: wire type 0 for whole numbers, 1 for 8 bytes, 2 for what has a length, 5 for 4 bytes. */
const whole = (id: number) => id << 3;
const eight = (id: number) => (id << 3) | 1;
const sized = (id: number) => (id << 3) | 2;
const four = (id: number) => (id << 3) | 5;

const message = (writer: Writer, id: number, write: (writer: Writer) => unknown): Writer => {
  write(writer.uint32(sized(id)).fork());
  return writer.ldelim();
};

const doubles = (writer: Writer, id: number, values: Iterable<number>): Writer =>
  message(writer, id, (packed) => {
    for (const value of values) packed.double(value);
  });

const text = (writer: Writer, id: number, value: string): Writer => writer.uint32(sized(id)).string(value);

/** A picture as the bytes of a PNG file. */
export interface EventImage {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly png: Uint8Array;
}

/** How values are spread: how many lie above one limit and up to the next. */
export interface EventHistogram {
  readonly lowest: number;
  readonly highest: number;
  readonly count: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  readonly limits: readonly number[];
  readonly counts: readonly number[];
}

export type HParams = Readonly<Record<string, string | number | boolean>>;

/** A value of a summary, by its tag. */
export type EventValue =
  | { readonly scalar: number }
  | { readonly histogram: EventHistogram }
  | { readonly image: EventImage }
  | { readonly hparams: HParams; readonly started: number }
  | { readonly ended: number; readonly success: boolean };

const bins = 30;

/** The spread of numbers over thirty equal parts of what they span. Those that are not finite are left out. */
export const histogramOf = (values: ArrayLike<number>): EventHistogram => {
  const finite = Array.from(values).filter(Number.isFinite);
  const [low, high] = finite.length > 0 ? [lowest(finite), highest(finite)] : [0, 0];
  const width = (high - low) / bins;
  const counts = new Array<number>(width > 0 ? bins : 1).fill(0);
  let sum = 0;
  let sumOfSquares = 0;
  for (const value of finite) {
    const bin = width > 0 ? Math.min(bins - 1, Math.floor((value - low) / width)) : 0;
    counts[bin] = (counts[bin] ?? 0) + 1;
    sum += value;
    sumOfSquares += value * value;
  }
  return {
    lowest: low,
    highest: high,
    count: finite.length,
    sum,
    sumOfSquares,
    limits: counts.map((_, i) => (i + 1 === counts.length ? high : low + (i + 1) * width)),
    counts,
  };
};

const writeHistogram = (writer: Writer, histogram: EventHistogram): void => {
  const { lowest, highest, count, sum, sumOfSquares, limits, counts } = histogram;
  for (const [i, value] of [lowest, highest, count, sum, sumOfSquares].entries()) {
    writer.uint32(eight(i + 1)).double(value);
  }
  doubles(doubles(writer, 6, limits), 7, counts);
};

const writeImage = (writer: Writer, { height, width, channels, png }: EventImage): void => {
  for (const [i, value] of [height, width, channels].entries()) writer.uint32(whole(i + 1)).int32(value);
  writer.uint32(sized(4)).bytes(png);
};

/** A setting as google.protobuf.Value. */
const writeSetting = (writer: Writer, value: string | number | boolean): void => {
  if (typeof value === "number") writer.uint32(eight(2)).double(value);
  else if (typeof value === "string") text(writer, 3, value);
  else writer.uint32(whole(4)).bool(value);
};

/** What the plugin for settings reads: HParamsPluginData with when a session began and with what, or how it ended. */
const pluginData = (value: Extract<EventValue, { hparams: HParams } | { ended: number }>): Uint8Array => {
  const writer = protobuf.Writer.create();
  if ("hparams" in value) {
    message(writer, 3, (session) => {
      for (const [name, setting] of Object.entries(value.hparams)) {
        message(session, 1, (entry) => message(text(entry, 1, name), 2, (of) => writeSetting(of, setting)));
      }
      session.uint32(eight(5)).double(value.started);
    });
  } else {
    const status = value.success ? 1 : 2;
    message(writer, 4, (end) => end.uint32(whole(1)).int32(status).uint32(eight(2)).double(value.ended));
  }
  return writer.finish();
};

const writeValue = (writer: Writer, tag: string, value: EventValue): void => {
  text(writer, 1, tag);
  if ("scalar" in value) writer.uint32(four(2)).float(value.scalar);
  else if ("image" in value) message(writer, 4, (to) => writeImage(to, value.image));
  else if ("histogram" in value) message(writer, 5, (to) => writeHistogram(to, value.histogram));
  else {
    message(writer, 9, (metadata) =>
      message(metadata, 1, (plugin) => text(plugin, 1, "hparams").uint32(sized(2)).bytes(pluginData(value))),
    );
  }
};

/** A message as a record: its length, the check of that, the message, the check of it; all numbers with the lowest byte first. */
export const record = (data: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(data.length + 16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(bytes.subarray(0, 8)), true);
  bytes.set(data, 12);
  view.setUint32(data.length + 12, maskedCrc32c(data), true);
  return bytes;
};

const event = (seconds: number, step: number, write: (writer: Writer) => unknown): Uint8Array => {
  const writer = protobuf.Writer.create();
  writer.uint32(eight(1)).double(seconds).uint32(whole(2)).int64(step);
  write(writer);
  return record(writer.finish());
};

/** What an event file begins with. A training that goes on says after which step: what another file has of later ones counts no more. */
export const eventFileHead = (seconds: number, step: number): Uint8Array => {
  const version = event(seconds, 0, (writer) => text(writer, 3, "brain.Event:2"));
  if (step === 0) return version;
  const start = event(seconds, step + 1, (writer) =>
    message(writer, 7, (log) => log.uint32(whole(1)).int32(1)),
  );
  return joined([version, start]);
};

/** Values at a step, by tag, as a record. `seconds` are those since 1970. */
export const eventRecord = (
  seconds: number,
  step: number,
  values: Readonly<Record<string, EventValue>>,
): Uint8Array =>
  event(seconds, step, (writer) =>
    message(writer, 5, (summary) => {
      for (const [tag, value] of Object.entries(values)) {
        message(summary, 1, (to) => writeValue(to, tag, value));
      }
    }),
  );
