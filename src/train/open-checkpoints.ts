import type { Fingerprint } from "../checkpoint/fingerprint.js";
import { version } from "../version.js";
import type { Resumable } from "./course.js";
import type { checkOptions } from "./options.js";
import type { Prepared } from "./prepare.js";

type Options = ReturnType<typeof checkOptions>;

const ofPart = (part: string, found: Fingerprint): Fingerprint =>
  Object.fromEntries(Object.entries(found).map(([name, value]) => [`${name} of the ${part} part`, value]));

/** What a training of `fit` depends on besides its course, by name: settings first, then the data, and the network, which their preprocessing is part of, last. */
const fingerprintOf = async (prepared: Prepared, options: Options): Promise<Fingerprint> => {
  const { dataFingerprint } = await import("./data-fingerprint.js");
  const { trainer, splits, watched } = prepared;
  const { epochs, weights, earlyStopping, sharpness, callbacks, augment, seed } = options;
  const { augmentationDigest } = await import("./augment.js");
  const parts = await Promise.all(
    Object.entries(splits).flatMap(([part, data]) =>
      data ? [dataFingerprint(data).then((found) => ofPart(part, found))] : [],
    ),
  );
  return {
    "Steepest's version": version,
    epochs,
    weights,
    watch: watched.name,
    "earlyStopping.patience": earlyStopping?.patience ?? "none",
    "earlyStopping.minimumChange": earlyStopping?.minimumChange ?? 0,
    sharpness: sharpness
      ? `every ${sharpness.every} epochs on ${sharpness.examples} examples`
      : "not measured",
    metrics: trainer.parts.metrics.map(({ name }) => name).join(", ") || "none",
    callbacks: callbacks.length,
    augmentation: augment ? augmentationDigest(augment, splits.train, seed) : "none",
    ...(options.mix ? { mixing: JSON.stringify([options.mix].flat()) } : {}),
    ...Object.assign({}, ...parts),
    ...(await trainer.parts.fingerprint()),
  };
};

/** The checkpoints of a training where they are asked for, and the last of them where it is to go on from that. */
export const openCheckpoints = async (prepared: Prepared, options: Options): Promise<Resumable> => {
  const { checkpoint, resume } = options;
  if (!checkpoint) return {};
  const { Checkpoints } = await import("./checkpoints.js");
  const fingerprint = await fingerprintOf(prepared, options);
  const taker = await Checkpoints.begin(checkpoint, prepared.trainer.session, fingerprint);
  if (resume) return { taker, last: await taker.last() };
  await taker.requireNone();
  return { taker };
};
