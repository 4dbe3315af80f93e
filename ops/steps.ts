import pc from "picocolors";

/**
 * Runs one step of a longer work and says on stderr what it is, what it is doing, and how long it took. Where nobody
 * watches (no terminal), each step is one line.
 */
export async function step<T>(
  title: string,
  work: (progress: (doing: string) => void) => Promise<T>,
): Promise<T> {
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  const watched = process.stderr.isTTY;
  let doing = "";
  const show = () =>
    process.stderr.write(`\r\x1b[2K${pc.cyan("…")} ${title}${doing && `: ${doing}`} ${pc.dim(seconds())}`);
  const ticking = watched ? setInterval(show, 100) : undefined;
  const end = (mark: string) => {
    clearInterval(ticking);
    process.stderr.write(
      `${watched ? "\r\x1b[2K" : ""}${mark} ${title}${doing && `: ${doing}`} ${pc.dim(seconds())}\n`,
    );
  };
  try {
    const result = await work((now) => (doing = now));
    end(pc.green("✓"));
    return result;
  } catch (error) {
    end(pc.red("✗"));
    throw error;
  }
}
