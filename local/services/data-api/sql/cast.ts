import { queryError } from "../errors.ts";
import { catalogText, type Fragment } from "./fragment.ts";

/** Words of letters, digits and `_`, as `double precision`; nothing else can end a cast. */
const TYPE_NAME = /^[a-z_][a-z0-9_]*( [a-z_][a-z0-9_]*)*$/i;

/** The type of `column::type`. Throws PGRST100 for anything but plain words. */
export function castType(name: string): Fragment {
  if (!TYPE_NAME.test(name)) throw queryError(`"failed to parse cast (${name})"`, "expecting a type name");
  return catalogText(name);
}
