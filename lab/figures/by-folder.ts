/** What lies in the folders of figures, by their names: "./momentum/compute.ts" is momentum's. */
export const byFolder = <T>(modules: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(modules).map(([path, module]) => [path.split("/")[1], module]));
