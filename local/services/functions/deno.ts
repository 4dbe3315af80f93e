import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/**
 * The Deno program that npm installed for this platform. It is taken from the platform's own package, so that the
 * `deno` package's install script need not run. Throws where npm has none.
 */
export function denoBinary(): string {
  const { platform, arch } = process;
  const target = platform === "linux" ? `linux-${arch}-glibc` : `${platform}-${arch}`;
  const fromDeno = createRequire(createRequire(import.meta.url).resolve("deno/package.json"));
  let manifest: string;
  try {
    manifest = fromDeno.resolve(`@deno/${target}/package.json`);
  } catch {
    throw new Error(`Deno is not installed for ${target}. Run npm ci without --omit=optional.`);
  }
  return join(dirname(manifest), platform === "win32" ? "deno.exe" : "deno");
}
