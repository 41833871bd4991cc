import { SteepestError } from "./errors.js";
import { type OpenFile, openFile, pathOfAddress } from "./files.js";
import { givenText } from "./given.js";

/**
 * Where bytes come from: the path of a file (in a page, one of the browser's private file system), its address (a `file:` address in Node; others are fetched),
 * a file that was picked or dropped, what `fetch` answered, or bytes.
 */
export type Source = string | URL | Blob | Response | ArrayBuffer | Uint8Array;

const isUrl = (value: unknown): value is URL => Object.prototype.toString.call(value) === "[object URL]";

/** The path of a source that has one: of a text, and of an address of a file. Throws where such an address names no file of this machine. */
export const sourcePath = (source: Source): string | undefined => {
  if (typeof source === "string") return source;
  if (!isUrl(source) || source.protocol !== "file:") return undefined;
  try {
    return pathOfAddress(source);
  } catch (cause) {
    throw new SteepestError(`${source.href}: this address names no file of this machine; give its path`, {
      cause,
    });
  }
};

/** What a source is called in messages. */
export const sourceName = (source: Source): string => {
  if (typeof source === "string") return source;
  if (isUrl(source)) return source.protocol === "file:" ? decodeURIComponent(source.pathname) : source.href;
  if (source instanceof Blob) return "name" in source ? String(source.name) : "the blob";
  if (source instanceof Response) return source.url || "the response";
  return "the bytes";
};

const ofBytes = (bytes: Uint8Array): OpenFile => ({
  size: bytes.length,
  read: async (into, position) => into.set(bytes.subarray(position, position + into.length)),
  close: async () => {},
});

const ofBlob = (blob: Blob): OpenFile => ({
  size: blob.size,
  read: async (into, position) => {
    into.set(new Uint8Array(await blob.slice(position, position + into.length).arrayBuffer()));
  },
  close: async () => {},
});

const ofResponse = async (response: Response): Promise<OpenFile> => {
  if (!response.ok) {
    throw new SteepestError(
      `${sourceName(response)}: the server answered ${response.status} ${response.statusText}`.trim(),
    );
  }
  if (response.bodyUsed) {
    throw new SteepestError(`${sourceName(response)}: this response was read already; fetch it again`);
  }
  return ofBytes(new Uint8Array(await response.arrayBuffer()));
};

const fetched = async (address: URL): Promise<OpenFile> => {
  let response: Response;
  try {
    response = await fetch(address);
  } catch (cause) {
    throw new SteepestError(`${address.href}: it cannot be fetched (${String(cause)})`, { cause });
  }
  return ofResponse(response);
};

/**
 * Opens a source to read from it. Throws as the system does for a path that cannot be read: `unreadable` tells it in one line. `where` is the function
 * that was given the source, `wanted` such as "an IDX file".
 */
export const openSource = async (where: string, wanted: string, source: Source): Promise<OpenFile> => {
  const path = sourcePath(source);
  if (path !== undefined) return openFile(path);
  if (isUrl(source)) return fetched(source);
  if (source instanceof Blob) return ofBlob(source);
  if (source instanceof Response) return ofResponse(source);
  if (source instanceof ArrayBuffer) return ofBytes(new Uint8Array(source));
  if (ArrayBuffer.isView(source)) {
    return ofBytes(new Uint8Array(source.buffer, source.byteOffset, source.byteLength));
  }
  throw new SteepestError(
    `${where}: expected ${wanted} as a path, a URL, a File or Blob, a Response or bytes, got ${givenText(source)}`,
  );
};

/** All bytes of a source, in memory of their own. */
export const readSource = async (
  where: string,
  wanted: string,
  source: Source,
): Promise<Uint8Array<ArrayBuffer>> => {
  const file = await openSource(where, wanted, source);
  try {
    const bytes = new Uint8Array(file.size);
    await file.read(bytes, 0);
    return bytes;
  } finally {
    await file.close();
  }
};
