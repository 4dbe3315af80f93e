/** The engine release that is downloaded or built. `engine/go.mod` and the SDK in `package.json` agree with it (tested). */
export const ENGINE_VERSION = "3.230.0";

/** The first `major.minor.patch` in a text such as `v3.230.0` or `go version go1.26.8 linux/amd64`. */
export function parseVersion(text: string): string | undefined {
  return /\d+\.\d+(\.\d+)?/.exec(text)?.[0];
}

/** Whether `version` is `minimum` or newer; both as `major.minor[.patch]`, a missing patch is 0. */
export function isAtLeast(version: string, minimum: string): boolean {
  const [have, need] = [version, minimum].map((text) => text.split(".").map(Number));
  for (let i = 0; i < 3; i++) {
    const difference = (have?.[i] ?? 0) - (need?.[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
