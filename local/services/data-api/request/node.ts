import { ApiError } from "../errors.ts";
import type { Condition } from "./filters.ts";
import type { OrderTerm } from "./order.ts";
import type { EmbedItem, SelectItem } from "./select.ts";

/** What is read of one table: the root of a request or an embedded one. */
export interface ReadNode {
  readonly select: readonly SelectItem[];
  readonly where: Condition[];
  readonly order: OrderTerm[];
  limit?: number;
  offset: number;
}

export function emptyNode(select: readonly SelectItem[]): ReadNode {
  return { select, where: [], order: [], offset: 0 };
}

/** The embedded table of that alias or, without an alias, name. */
export function findEmbed(node: ReadNode, name: string): EmbedItem | undefined {
  const embeds = node.select.filter((item) => item.kind === "embed");
  return embeds.find((embed) => (embed.alias ?? embed.target) === name);
}

/** The node at the end of a path such as `comments.author`. Throws PGRST108 for one that is not selected. */
export function nodeAt(root: ReadNode, path: readonly string[]): ReadNode {
  return path.reduce((node, name) => {
    const embed = findEmbed(node, name);
    if (embed) return embed.node;
    throw notEmbedded(node, name);
  }, root);
}

function notEmbedded(node: ReadNode, name: string): ApiError {
  const message = `'${name}' is not an embedded resource in this request`;
  const aliased = node.select.find((item) => item.kind === "embed" && item.target === name) as
    EmbedItem | undefined;
  return aliased
    ? new ApiError(
        400,
        "PGRST108",
        message,
        "Target names are not allowed in filters if they have an alias",
        `Change '${name}' to '${aliased.alias}' in filters, orders or limits.`,
      )
    : new ApiError(
        400,
        "PGRST108",
        message,
        null,
        `Verify that '${name}' is included in the 'select' query parameter.`,
      );
}
