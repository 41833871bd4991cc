import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Computed, Definition } from "../../lab/parts/definition.js";

export interface Tested {
  readonly definition: Definition;
  readonly compute: (state: object, signal?: AbortSignal) => Promise<Computed>;
}

const folder = fileURLToPath(new URL("../../lab/figures", import.meta.url));

const names = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);

/** Every figure of the lab with its computation, as tests run them in Node. */
export const figures: readonly (readonly [name: string, load: () => Promise<Tested>])[] = names.map(
  (name) => [
    name,
    async () => {
      const { definition } = (await import(`../../lab/figures/${name}/definition.ts`)) as {
        definition: Definition;
      };
      const { compute } = (await import(`../../lab/figures/${name}/compute.ts`)) as Pick<Tested, "compute">;
      return { definition, compute };
    },
  ],
);
