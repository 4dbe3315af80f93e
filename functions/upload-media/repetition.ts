import type { Chunks } from "../_shared/chunks.ts";

/** Whether a file is, byte for byte, what is stored. Both flow. */
export async function sameBytes(stored: AsyncIterable<Uint8Array>, file: Chunks): Promise<boolean> {
  for await (const expected of stored) {
    const actual = await file.take(expected.length);
    if (actual.length !== expected.length || actual.some((byte, at) => byte !== expected[at])) return false;
  }
  return (await file.take(1)).length === 0;
}
