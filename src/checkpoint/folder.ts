import { SteepestError } from "../errors.js";
import { join, namesIn, remove } from "../files.js";
import type { Tensors } from "./encode.js";
import { fromExactJson, toExactJson } from "./exact-json.js";
import { readTensors, writeTensors } from "./file.js";
import type { Fingerprint } from "./fingerprint.js";

/** Tensors that several checkpoints have in common, such as the best weights so far; they are written once. */
export interface SharedPart {
  /** Where they are from, such as the epoch: other tensors of the same name have another number. */
  readonly number: number;
  readonly tensors: Tensors;
}

/** Everything that a training needs to go on. */
export interface Checkpoint {
  /** Updates made so far. */
  readonly step: number;
  readonly tensors: Tensors;
  readonly shared: Readonly<Record<string, SharedPart>>;
  /** Plain data. */
  readonly state: unknown;
  readonly fingerprint: Fingerprint;
}

/** A file of a shared part, and what tells it from others of the same name. */
interface PartFile {
  readonly name: string;
  readonly number: number;
  readonly file: string;
  readonly id: string;
}

/** What a checkpoint's file has beside its tensors. */
interface Content {
  readonly step: number;
  readonly parts: readonly PartFile[];
  readonly state: unknown;
  readonly fingerprint: Fingerprint;
}

const contentKey = "steepest.checkpoint";
const idKey = "steepest.part";

const fileOf = (name: string, number: number): string =>
  `${name}-${String(number).padStart(9, "0")}.safetensors`;
const ours = /^([a-z]+)-(\d{9,})\.safetensors(\.[0-9a-f-]+\.part)?$/;

/** How many checkpoints are kept, each with the parts that it refers to. */
const kept = 2;

/** Whether plain data of a file is what a checkpoint has; its checksum was right, so that only another version could have written else. */
const isContent = (value: unknown): value is Content =>
  value instanceof Object &&
  "step" in value &&
  "parts" in value &&
  "state" in value &&
  "fingerprint" in value;

/** A folder with the last checkpoints of one training. */
export class CheckpointFolder {
  /** The parts of the checkpoints that this object has written or read, by the checkpoint's file. */
  readonly #parts = new Map<string, readonly PartFile[]>();

  constructor(readonly path: string) {}

  /** The files of checkpoints, the oldest first. */
  async files(): Promise<string[]> {
    const files = await this.#all();
    return files.filter((file) => ours.exec(file)?.[1] === "checkpoint" && !file.endsWith(".part"));
  }

  async #all(): Promise<string[]> {
    const files = await namesIn(this.path);
    const numberOf = (file: string) => Number(ours.exec(file)?.[2]);
    return files.filter((file) => ours.test(file)).sort((a, b) => numberOf(a) - numberOf(b));
  }

  /**
   * Writes a checkpoint; only when it is safely there are older ones removed, but for the last before it. Its numbers must not change until
   * this is done. Throws a one-line error where it cannot be written; the last good ones are then still there.
   */
  async write({ step, tensors, shared, state, fingerprint }: Checkpoint): Promise<void> {
    const known = [...this.#parts.values()].flat();
    const parts: PartFile[] = [];
    for (const [name, { number, tensors: common }] of Object.entries(shared)) {
      const there = known.find((part) => part.name === name && part.number === number);
      const part = there ?? { name, number, file: fileOf(name, number), id: crypto.randomUUID() };
      if (!there) await writeTensors(join(this.path, part.file), common, { [idKey]: part.id });
      parts.push(part);
    }
    const content: Content = { step, parts, state, fingerprint };
    const file = fileOf("checkpoint", step);
    await writeTensors(join(this.path, file), tensors, { [contentKey]: toExactJson(content) });
    this.#parts.set(file, parts);
    await this.#removeOld();
  }

  async #removeOld(): Promise<void> {
    const last = (await this.files()).slice(-kept);
    // Of checkpoints that another process wrote it is not known what they refer to.
    const unknown = last.some((file) => !this.#parts.has(file));
    for (const file of this.#parts.keys()) if (!last.includes(file)) this.#parts.delete(file);
    const parts = [...this.#parts.values()].flat().map(({ file }) => file);
    const old = (await this.#all()).filter((file) => !last.includes(file) && !parts.includes(file));
    // Parts after the checkpoints that refer to them.
    const isPart = (file: string) => ours.exec(file)?.[1] !== "checkpoint" && !file.endsWith(".part");
    for (const file of [...old.filter((each) => !isPart(each)), ...(unknown ? [] : old.filter(isPart))]) {
      await remove(join(this.path, file));
    }
  }

  /**
   * The last checkpoint; undefined where there is none. Throws, naming the file, where it is damaged: an older one is gone on from only
   * where somebody removes it.
   */
  async last(): Promise<(Checkpoint & { readonly path: string }) | undefined> {
    const files = await this.files();
    const file = files.at(-1);
    if (file === undefined) return undefined;
    try {
      return await this.#read(file);
    } catch (error) {
      const before = files.at(-2);
      if (!(error instanceof SteepestError)) throw error;
      throw new SteepestError(
        `${error.message}; ${before === undefined ? "begin anew" : `remove it to go on from ${before}`}`,
        { cause: error },
      );
    }
  }

  async #read(file: string): Promise<Checkpoint & { readonly path: string }> {
    const path = join(this.path, file);
    const { tensors, metadata } = await readTensors(path);
    const content = fromExactJson(metadata.get(contentKey) ?? "null");
    if (!isContent(content)) throw new SteepestError(`${path}: it holds tensors and no checkpoint`);
    const { step, parts, state, fingerprint } = content;
    const shared = await Promise.all(
      parts.map(async ({ name, number, file: beside, id }) => {
        const part = await readTensors(join(this.path, beside));
        if (part.metadata.get(idKey) !== id) {
          throw new SteepestError(`${path}: ${beside} beside it is of another checkpoint`);
        }
        return [name, { number, tensors: part.tensors }] as const;
      }),
    );
    this.#parts.set(file, parts);
    return { path, step, tensors, shared: Object.fromEntries(shared), state, fingerprint };
  }
}
