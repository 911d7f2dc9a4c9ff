/** Where this process began: the engine and its other plugins run there, and what they are given is relative to that. */
export const workingFolder: string = process.cwd();
