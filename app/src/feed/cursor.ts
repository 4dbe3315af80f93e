/** The place in the feed after one post. The id settles which of two posts of the same moment comes first. */
export interface Cursor {
  /** ISO 8601, exactly as the API gave it: a `Date` would lose the microseconds. */
  createdAt: string;
  id: string;
}

/** Where the next page starts; undefined when this one was the last. */
export function cursorAfter(
  page: readonly { created_at: string; id: string }[],
  pageSize: number,
): Cursor | undefined {
  const last = page.at(-1);
  return last && page.length === pageSize ? { createdAt: last.created_at, id: last.id } : undefined;
}

/** The posts that come after a cursor, in the syntax of PostgREST's `or`. */
export function olderThan({ createdAt, id }: Cursor): string {
  return `created_at.lt."${createdAt}",and(created_at.eq."${createdAt}",id.lt."${id}")`;
}
