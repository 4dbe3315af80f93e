import { ApiError } from "../errors.ts";

/** The header `Prefer`, as far as it is understood. */
export interface Preferences {
  readonly return: "representation" | "minimal";
  readonly resolution?: "merge-duplicates" | "ignore-duplicates";
  readonly count?: "exact" | "planned" | "estimated";
  readonly missing: "default" | "null";
  readonly handling: "strict" | "lenient";
  readonly maxAffected?: number;
  /** Answered in `Preference-Applied`. */
  readonly applied: readonly string[];
}

const allowed: Readonly<Record<string, readonly string[]>> = {
  return: ["representation", "minimal"],
  resolution: ["merge-duplicates", "ignore-duplicates"],
  count: ["exact", "planned", "estimated"],
  missing: ["default", "null"],
  handling: ["strict", "lenient"],
};

/** Parses `Prefer`; what is unknown is ignored, or refused with PGRST122 under `handling=strict`. */
export function parsePreferences(header: string | undefined): Preferences {
  const found: Record<string, string> = {};
  const applied: string[] = [];
  const unknown: string[] = [];
  for (const item of (header ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean)) {
    const [name = "", value = ""] = item.split("=", 2);
    const known =
      name === "max-affected"
        ? /^\d+$/.test(value)
        : Object.hasOwn(allowed, name) && allowed[name]!.includes(value);
    if (!known) unknown.push(item);
    else if (!(name in found)) {
      found[name] = value;
      applied.push(item);
    }
  }
  if (found.handling === "strict" && unknown.length) {
    throw new ApiError(
      400,
      "PGRST122",
      "Invalid preferences given with handling=strict",
      `Invalid preferences: ${unknown.join(", ")}`,
    );
  }
  return {
    return: "minimal",
    missing: "null",
    handling: "lenient",
    ...(found as Partial<Preferences>),
    maxAffected:
      found.handling === "strict" && found["max-affected"] ? Number(found["max-affected"]) : undefined,
    applied,
  };
}
