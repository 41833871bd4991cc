import { availableParallelism } from "node:os";
import { type ReadPicture, readPicture } from "../data/picture.js";
import type { Session } from "../engine/engine.js";
import { SteepestError } from "../errors.js";
import { missing } from "../missing.js";
import type { ViewsOptions } from "../nn/index.js";
import type { Answer, ModelAnswer } from "./model-answer.js";
import type { PictureInput } from "./model-pictures.js";
import type { PictureFile } from "./picture-files.js";
import { viewsOf } from "./views.js";

/** What became of one picture. */
export type Prediction = { readonly image: string; readonly label?: string } & (
  | (Answer & { readonly done: readonly string[] })
  | { readonly problem: string }
);

/** A model that is asked about pictures. */
export interface Asked {
  readonly session: Session;
  readonly input: PictureInput;
  readonly answer: ModelAnswer;
  /** The views of a picture over which its answers are averaged. @defaultValue the picture alone */
  readonly views?: ViewsOptions;
  /** Names of the classes, where the model says them. */
  readonly classes?: readonly string[];
  /** Whether pictures are examples of the data that it was trained on; see `readPicture`. @defaultValue false */
  readonly asTrained?: boolean;
}

/** Examples and numbers that a model with a free batch is given at once. */
const most = { examples: 64, numbers: 2 ** 19 } as const;

const numbersOf = ({ shape }: PictureInput): number => shape.slice(1).reduce((a, b) => a * b, 1);

const atOnce = (input: PictureInput): number =>
  input.fixed
    ? (input.shape[0] ?? missing())
    : Math.max(1, Math.min(most.examples, Math.floor(most.numbers / numbersOf(input))));

/** Pixels as the model's input wants them: channel by channel, or the channels of a pixel side by side. */
const arranged = (pixels: Float32Array, { interleaved, kind: { channels } }: PictureInput) => {
  if (!interleaved) return pixels;
  const area = pixels.length / channels;
  return pixels.map((_, i) => pixels[(i % channels) * area + Math.floor(i / channels)] ?? missing());
};

/** The numbers that a model answers for each of at most so many pictures as it takes; places that are left hold the first again. */
const run = async (
  { session, input, answer: { output } }: Asked,
  pictures: readonly Float32Array[],
): Promise<readonly (readonly number[])[]> => {
  const { name, shape, dtype, fixed } = input;
  const [examples = 1, ...extents] = fixed ? shape : [pictures.length, ...shape.slice(1)];
  const numbers = numbersOf(input);
  const length = examples * numbers;
  const data = dtype === "float64" ? new Float64Array(length) : new Float32Array(length);
  for (let i = 0; i < examples; i++)
    data.set(arranged(pictures[i] ?? pictures[0] ?? missing(), input), i * numbers);
  const outputs = await session.run({ [name]: { dtype, shape: [examples, ...extents], data } });
  const all = Array.from(outputs[output]?.data ?? [], Number);
  const each = all.length / examples;
  if (!Number.isInteger(each)) throw new SteepestError(`it answers ${all.length} numbers to ${examples}`);
  return pictures.map((_, i) => all.slice(i * each, (i + 1) * each));
};

/** What each picture's answer is, or what kept the model from one. A model that does not take several at once is given one by one. */
const numbersFor = async (
  asked: Asked,
  pictures: readonly Float32Array[],
): Promise<readonly (readonly number[] | Error)[]> => {
  try {
    return await run(asked, pictures);
  } catch (error) {
    if (pictures.length === 1) return [error instanceof Error ? error : new Error(String(error))];
    const alone: (readonly number[] | Error)[] = [];
    for (const picture of pictures) alone.push(...(await numbersFor(asked, [picture])));
    return alone;
  }
};

/** The mean over the views of each picture. */
const averaged = async (
  asked: Asked,
  pictures: readonly Float32Array[],
): Promise<readonly (readonly number[] | Error)[]> => {
  const views = pictures.map((pixels) => viewsOf(pixels, asked.input.kind, asked.views ?? {}));
  const sums: (number[] | Error)[] = pictures.map(() => []);
  for (let view = 0; view < (views[0]?.length ?? 0); view++) {
    const seen = views.map((each) => each[view] ?? missing());
    const answers = await numbersFor(
      asked,
      seen.map(({ pixels }) => pixels),
    );
    for (const [i, answer] of answers.entries()) {
      const sum = sums[i] ?? missing();
      const { weight } = seen[i] ?? missing();
      if (sum instanceof Error) continue;
      sums[i] =
        answer instanceof Error
          ? answer
          : answer.map((number, k) => weight * number + (view === 0 ? 0 : (sum[k] ?? missing())));
    }
  }
  return sums;
};

/** The class that a picture is of, by the nearest folder that is called as one. */
export const labelOf = ({ folders }: PictureFile, classes: readonly string[] = []): string | undefined =>
  folders.findLast((name) => classes.includes(name));

type Problem = { readonly problem: string };

/** What an error says of a picture; one that nobody foresaw is thrown again. */
const problemOf = (error: unknown): Problem => {
  if (error instanceof SteepestError) return { problem: error.message };
  throw error;
};

/** What the numbers for a picture say. */
const answerTo = (
  { path }: PictureFile,
  numbers: readonly number[] | Error,
  { answer }: Asked,
): Answer | Problem => {
  if (numbers instanceof Error)
    return { problem: `${path}: the model does not run on it: ${numbers.message.split("\n")[0]}` };
  try {
    return answer.read(numbers);
  } catch (error) {
    return { problem: `${path}: ${problemOf(error).problem}` };
  }
};

const read = async (
  { path, content }: PictureFile,
  { input, asTrained = false }: Asked,
): Promise<ReadPicture | Problem> => {
  try {
    if (!content) return await readPicture(path, input.kind, { asTrained });
    if ("bytes" in content)
      return await readPicture({ name: path, bytes: content.bytes }, input.kind, { asTrained });
    const [black, white] = input.kind.range;
    const pixels = await content.pixels();
    return { pixels: pixels.map((value) => black + (value * (white - black)) / 255), done: [] };
  } catch (error) {
    return problemOf(error);
  }
};

/** Asks a model about pictures, several at a time; their answers come in order. A picture that cannot be used does not keep the others back. */
export const ask = async function* (
  asked: Asked,
  files: readonly PictureFile[],
): AsyncGenerator<Prediction, void, undefined> {
  const runSize = atOnce(asked.input);
  const blockSize = runSize * Math.ceil((2 * availableParallelism()) / runSize);
  for (let start = 0; start < files.length; start += blockSize) {
    const block = files.slice(start, start + blockSize);
    const pictures = await Promise.all(block.map((file) => read(file, asked)));
    const readable = pictures.flatMap((picture) => ("pixels" in picture ? [picture.pixels] : []));
    const numbers: (readonly number[] | Error)[] = [];
    for (let done = 0; done < readable.length; done += runSize)
      numbers.push(...(await averaged(asked, readable.slice(done, done + runSize))));
    let answered = 0;
    for (const [i, picture] of pictures.entries()) {
      const file = block[i] ?? missing();
      const label = labelOf(file, asked.classes);
      const about = { image: file.path, ...(label === undefined ? {} : { label }) };
      if ("problem" in picture) {
        yield { ...about, ...picture };
        continue;
      }
      const found = numbers[answered++] ?? missing();
      const said = answerTo(file, found, asked);
      yield "problem" in said ? { ...about, ...said } : { ...about, ...said, done: picture.done };
    }
  }
};
