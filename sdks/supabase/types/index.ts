export type * as inputs from "./input.ts";
export type * as outputs from "./output.ts";
