import { VendorRefusal } from "../../vendors/refusal.ts";

/** What a vendor answers; undefined where it says that there is none. @throws VendorRefusal for any other refusal */
export async function found<T>(asking: Promise<T>): Promise<T | undefined> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof VendorRefusal && error.status === 404) return undefined;
    throw error;
  }
}
