import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/**
 * Kills function processes that a killed daemon left behind. They end by themselves when the daemon does, unless they
 * are stuck. Such a process is known by its arguments, not by a remembered number, which may be another's by now.
 * @param marks what its arguments hold, all of them, such as this state folder's path
 * @returns the ids of the processes that were killed
 */
export function killLeftovers(marks: readonly string[]): number[] {
  const ours = processes().filter(
    ({ pid, command }) => pid !== process.pid && marks.every((mark) => command.includes(mark)),
  );
  for (const { pid } of ours) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // Gone meanwhile.
    }
  }
  return ours.map(({ pid }) => pid);
}

interface Process {
  pid: number;
  /** Arguments joined by spaces. */
  command: string;
}

function processes(): Process[] {
  if (process.platform === "linux") {
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    return pids.map((pid) => ({ pid: Number(pid), command: commandOf(pid) }));
  }
  const lines = execFileSync("ps", ["-axwwo", "pid=,command="], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => {
    const [, pid, command] = /^\s*(\d+) (.*)$/.exec(line) ?? [];
    return command === undefined ? [] : [{ pid: Number(pid), command }];
  });
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}
