import { createHash } from "node:crypto";

const hashOf = (script: string): string => `'sha256-${createHash("sha256").update(script).digest("base64")}'`;

/** The texts of scripts that stand in a page itself. */
const inlineScripts = (html: string): string[] =>
  [...html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/g)].flatMap(([, attributes = "", script = ""]) =>
    /\bsrc=/.test(attributes) || script === "" ? [] : [script],
  );

/**
 * What a page may load and run: what its own host serves, and the scripts that stand in the page, by their hashes. WebAssembly is
 * allowed, text as code is not. Styles stand in pages too, since formulas are set by them.
 */
export const policyOf = (html: string): string =>
  [
    "default-src 'self'",
    `script-src 'self' 'wasm-unsafe-eval' ${[...new Set(inlineScripts(html).map(hashOf))].join(" ")}`.trim(),
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "connect-src 'self' blob: data:",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'none'",
  ].join("; ");

/** The page with its policy in it, so that it holds on hosts that set no headers. */
export const pageWithPolicy = (html: string): string =>
  html.replace(
    "<head>",
    `<head>\n    <meta http-equiv="Content-Security-Policy" content="${policyOf(html).replaceAll('"', "&quot;")}">`,
  );

/** Headers of every file: the pages are cross-origin isolated, which threads of WebAssembly need. */
export const isolation: Readonly<Record<string, string>> = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "cross-origin",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
};
