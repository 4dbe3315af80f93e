// The SDK runs a pack through a TypeScript compiler of its own, with settings of its own; the sources are run as the
// program's are.
/* eslint-disable @typescript-eslint/no-require-imports -- plain CommonJS, as the engine runs it */
require("tsx/cjs");
require("./pack.ts");
