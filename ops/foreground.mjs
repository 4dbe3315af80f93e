import { spawn } from "node:child_process";
import { constants } from "node:os";

/** Runs a command in this terminal to its end; see `foreground.d.mts`. */
export async function runInForeground(command, args, options = {}) {
  const child = spawn(command, args, { ...options, stdio: "inherit" });
  const listeners = ["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => {
    const handOn = () => {
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    };
    process.on(signal, handOn);
    return () => process.off(signal, handOn);
  });
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
    });
  } finally {
    for (const stop of listeners) stop();
  }
}
