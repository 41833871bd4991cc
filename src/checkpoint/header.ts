import { SteepestError } from "../errors.js";
import { shown } from "../shown.js";
import { metadataName } from "./encode.js";
import { bytesOf, countOf, dtypeCalled, type StoredDType } from "./tensor.js";

/** Where a tensor's numbers lie among those of all. */
export interface Entry {
  readonly name: string;
  readonly dtype: StoredDType;
  readonly shape: readonly number[];
  readonly from: number;
  readonly to: number;
}

export interface Header {
  /** In the order of their numbers, which leave no gaps. */
  readonly entries: readonly Entry[];
  readonly metadata: ReadonlyMap<string, string>;
}

const damaged = (problem: string): SteepestError =>
  new SteepestError(`${problem}; the file is damaged, or something else than safetensors`);

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;

/** The names of the outermost object of a JSON text, each as often as it is there: `JSON.parse` keeps only the last of equal ones. */
function* outerNames(text: string): Generator<string, void, void> {
  let depth = 0;
  let last = "";
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/gs)) {
    if (token === "{" || token === "[") depth += 1;
    else if (token === "}" || token === "]") depth -= 1;
    else if (token === ":" && depth === 1) yield JSON.parse(last) as string;
    last = token;
  }
}

const parsed = (text: string): object => {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw damaged("its header is not JSON");
  }
  if (!isObject(header)) throw damaged("its header is not a JSON object");
  const seen = new Set<string>();
  for (const name of outerNames(text)) {
    if (seen.has(name)) throw damaged(`its header names ${shown(name)} twice`);
    seen.add(name);
  }
  return header;
};

const entryOf = (name: string, value: unknown): Entry => {
  const where = `its header's ${shown(name)}`;
  if (!isObject(value)) throw damaged(`${where} is not an object`);
  const code: unknown = Reflect.get(value, "dtype");
  const shape: unknown = Reflect.get(value, "shape");
  const offsets: unknown = Reflect.get(value, "data_offsets");
  if (typeof code !== "string") throw damaged(`${where} has no dtype`);
  const dtype = dtypeCalled(code);
  if (dtype === undefined) {
    throw new SteepestError(
      `the tensor ${shown(name)} is of type ${shown(code)}; F32, F64, I64, I32, U8 and BOOL can be read: convert it first`,
    );
  }
  if (!Array.isArray(shape) || !shape.every(isCount)) throw damaged(`${where} has no shape`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    throw damaged(`${where} has no data_offsets`);
  }
  const [from = 0, to = 0] = offsets as number[];
  if (to - from !== countOf(shape) * bytesOf(dtype)) {
    throw damaged(
      `${where} of shape [${shape}] needs ${countOf(shape) * bytesOf(dtype)} bytes and has ${to - from}`,
    );
  }
  return { name, dtype, shape, from, to };
};

const metadataOf = (value: unknown): Map<string, string> => {
  const texts = Object.entries(value ?? {});
  if (!isObject(value ?? {}) || texts.some(([, text]) => typeof text !== "string")) {
    throw damaged(`its header's ${metadataName} are not texts by name`);
  }
  return new Map(texts as [string, string][]);
};

/**
 * What the header of a safetensors file says, whose tensors take `dataBytes` bytes. Throws, in one line, where it cannot be: the numbers
 * of the tensors must follow one another without overlaps and gaps, to the end of the file.
 */
export const readHeader = (text: string, dataBytes: number): Header => {
  const header = Object.entries(parsed(text));
  const metadata = metadataOf(header.find(([name]) => name === metadataName)?.[1]);
  const entries = header
    .flatMap(([name, value]) => (name === metadataName ? [] : [entryOf(name, value)]))
    .sort((a, b) => a.from - b.from || a.to - b.to);
  let end = 0;
  for (const { name, from, to } of entries) {
    if (from !== end) {
      throw damaged(
        `the numbers of ${shown(name)} ${from < end ? "overlap others" : "leave a gap before them"}`,
      );
    }
    end = to;
  }
  if (end !== dataBytes) {
    throw damaged(`its tensors need ${end} bytes and there are ${dataBytes}`);
  }
  return { entries, metadata };
};
