declare module "*.vue" {
  import type { Component } from "vue";

  const component: Component;
  export default component;
}

declare module "*.css";

interface ImportMeta {
  /** Vite's: the modules whose paths match, each with what loads it. */
  glob<T>(pattern: string): Readonly<Record<string, () => Promise<T>>>;
}
