import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize, sep } from "node:path";
import { promisify } from "node:util";
import { gzip, gzipSync } from "node:zlib";
import { isolation, policyOf } from "./policy.js";

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".onnx": "application/octet-stream",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
};

/** What is text gets smaller on its way; pressed once, since the site does not change while it is served. */
const pressed = new Map<string, Promise<Buffer>>();

const pressedFile = async (file: string): Promise<Buffer> => {
  const { mtimeMs } = await stat(file);
  const key = `${file} ${mtimeMs}`;
  const found = pressed.get(key) ?? readFile(file).then((bytes) => promisify(gzip)(bytes));
  pressed.set(key, found);
  return found;
};

const isPressable = (file: string): boolean => /\.(css|js|json|mjs|svg|wasm)$/.test(file);

/** The file that an address means: itself, the page of that name, or the page of the folder. Undefined where there is none. */
const fileAt = async (folder: string, address: string): Promise<string | undefined> => {
  let path: string;
  try {
    path = normalize(decodeURIComponent(address));
  } catch {
    return undefined;
  }
  const full = join(folder, path);
  if (full !== folder && !full.startsWith(folder + sep)) return undefined;
  for (const candidate of [full, `${full.replace(/[\\/]$/, "")}.html`, join(full, "index.html")]) {
    if (
      await stat(candidate).then(
        (stats) => stats.isFile(),
        () => false,
      )
    )
      return candidate;
  }
  return undefined;
};

const sendPage = (response: ServerResponse, status: number, html: string): void => {
  response.writeHead(status, {
    ...isolation,
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": policyOf(html),
    "Cache-Control": "no-cache",
    "Content-Encoding": "gzip",
  });
  response.end(gzipSync(html));
};

/** What is seen while the site is being built: the page comes by itself when it is there. */
const waitingPage =
  '<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="2"><title>Steepest</title><body><p>The site is being built, which takes half a minute; this page loads again by itself.</p></body></html>';

const failedPage = (reason: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>Steepest</title><body><p>The site could not be built.</p><pre>${reason.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</pre></body></html>`;

/** How far the site is. */
export interface Building {
  done: boolean;
  problem?: string;
}

/** Serves the files of a folder, with a content security policy and cross-origin isolation. Resolves with its address once it listens. */
export const serve = (
  folder: string,
  {
    port,
    host,
    building = { done: true },
  }: { readonly port: number; readonly host: string; readonly building?: Building },
): Promise<{ readonly address: string; readonly server: Server }> => {
  const server = createServer(async (request, response) => {
    try {
      if (request.method !== "GET" && request.method !== "HEAD") {
        response.writeHead(405, { Allow: "GET, HEAD" }).end();
        return;
      }
      if (building.problem !== undefined) return sendPage(response, 500, failedPage(building.problem));
      if (!building.done) return sendPage(response, 503, waitingPage);
      const { pathname } = new URL(request.url ?? "/", "http://localhost");
      const file = await fileAt(folder, pathname);
      if (file === undefined) {
        const missing = await readFile(join(folder, "404.html"), "utf8").catch(
          () => "There is no such page.",
        );
        return sendPage(response, 404, missing);
      }
      if (file.endsWith(".html")) return sendPage(response, 200, await readFile(file, "utf8"));
      const isUnchanging = /[\\/]assets[\\/]/.test(file);
      const headers = {
        ...isolation,
        "Content-Type": types[extname(file)] ?? "application/octet-stream",
        "Cache-Control": isUnchanging ? "public, max-age=31536000, immutable" : "no-cache",
      };
      if (isPressable(file) && /\bgzip\b/.test(String(request.headers["accept-encoding"]))) {
        response.writeHead(200, { ...headers, "Content-Encoding": "gzip", Vary: "Accept-Encoding" });
        response.end(await pressedFile(file));
        return;
      }
      response.writeHead(200, { ...headers, "Content-Length": (await stat(file)).size });
      createReadStream(file).pipe(response);
    } catch {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    }
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      const { port: actual, address, family } = server.address() as AddressInfo;
      resolve({ address: `http://${family === "IPv6" ? `[${address}]` : address}:${actual}/`, server });
    });
  });
};
