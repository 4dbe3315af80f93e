/**
 * The command line that runs a program as someone other than root, whom Postgres refuses.
 *
 * For root on Linux that is a user namespace in which the caller is called 65534 (nobody). Outside of it the process
 * is still root's: it reaches folders that only root may enter, its files belong to root, and root's signals reach
 * it. No account, no change of owner. For everyone else the command stays as it is.
 */
export function unprivileged(program: string, args: readonly string[]): [program: string, args: string[]] {
  if (process.getuid?.() !== 0) return [program, [...args]];
  if (process.platform !== "linux") {
    throw new Error("Postgres does not run as root. Run this as an ordinary user.");
  }
  return ["unshare", ["--user", "--map-user=65534", "--map-group=65534", program, ...args]];
}
