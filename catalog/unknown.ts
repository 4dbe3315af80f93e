/**
 * Stands for a value that only the apply will tell, in inputs seen during a preview. Of the process, not of this module:
 * the program (CommonJS) and the verbs (ES modules) load it once each.
 */
export const unknown: unique symbol = Symbol.for("lavlay: known after apply");

/** Whether a value or anything inside it is still unknown. */
export function hasUnknown(value: unknown): boolean {
  if (value === unknown) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return typeof value === "object" && value !== null && Object.values(value).some(hasUnknown);
}
