import type { SpawnOptions } from "node:child_process";

/**
 * Runs a command in this terminal to its end and resolves to its exit code (128 + n if signal n ended it).
 * This process outlives the command: a Ctrl-C reaches the command by itself, since a terminal interrupts all of its
 * processes. Without a terminal a signal is for this process alone and is handed on.
 * Rejects if the command cannot be started.
 */
export function runInForeground(
  command: string,
  args: readonly string[],
  options?: SpawnOptions,
): Promise<number>;
