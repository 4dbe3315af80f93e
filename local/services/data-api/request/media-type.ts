import { ApiError } from "../errors.ts";

/** What the answer's body is to be. */
export interface MediaType {
  readonly format: "json" | "object" | "csv";
  /** Properties that are null are left out. */
  readonly stripNulls: boolean;
  /** `Content-Type` of the answer. */
  readonly contentType: string;
}

const types: readonly (MediaType & { readonly accept: RegExp })[] = [
  {
    accept: /^(\*\/\*|application\/\*|application\/json)$/,
    format: "json",
    stripNulls: false,
    contentType: "application/json; charset=utf-8",
  },
  {
    accept: /^application\/vnd\.pgrst\.object(\+json)?$/,
    format: "object",
    stripNulls: false,
    contentType: "application/vnd.pgrst.object+json; charset=utf-8",
  },
  {
    accept: /^application\/vnd\.pgrst\.object\+json;nulls=stripped$/,
    format: "object",
    stripNulls: true,
    contentType: "application/vnd.pgrst.object+json; nulls=stripped; charset=utf-8",
  },
  {
    accept: /^application\/vnd\.pgrst\.array\+json;nulls=stripped$/,
    format: "json",
    stripNulls: true,
    contentType: "application/vnd.pgrst.array+json; nulls=stripped; charset=utf-8",
  },
  { accept: /^text\/csv$/, format: "csv", stripNulls: false, contentType: "text/csv; charset=utf-8" },
];

/** The first type of `Accept` that can be served; JSON without the header; PGRST107 for none. */
export function negotiate(accept: string | undefined): MediaType {
  const wanted = (accept || "*/*")
    .split(",")
    .map((type) => type.replace(/\s+/g, "").replace(/;(q|charset)=[^;]*/g, ""));
  for (const type of wanted) {
    const found = types.find((candidate) => candidate.accept.test(type));
    if (found) return found;
  }
  throw new ApiError(406, "PGRST107", `None of these media types are available: ${wanted.join(", ")}`);
}
