import { fileURLToPath } from "node:url";

/** The project's root, where the stacks' YAML files stand. */
export const projectRoot = fileURLToPath(new URL("..", import.meta.url));
