/** The recipe whose code runs in this process: its file, and what tells its errors. */
let running: { readonly file: string; readonly explain: (error: unknown) => unknown } | undefined;

export const setRunningRecipe = (recipe: NonNullable<typeof running>): void => {
  running = recipe;
};

/** The file of the recipe whose code runs in this process. */
export const recipeFile = (): string | undefined => running?.file;

/** An error that came from outside of all that is awaited, such as a recipe's timer: as the recipe's, where one runs. */
export const explained = (error: unknown): unknown => running?.explain(error) ?? error;
