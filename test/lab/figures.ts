import type { Computed, Definition } from "../../lab/parts/definition.js";

export interface Tested {
  readonly definition: Definition;
  readonly compute: (state: object, signal?: AbortSignal) => Promise<Computed>;
}

const names = [
  "augmentation",
  "convexity",
  "early-stopping",
  "gradient-descent",
  "least-squares",
  "momentum",
  "playground",
  "race",
] as const;

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
