/** Where the page after this one starts, as the API says it; undefined when this one was the last. */
export function cursorAfter(page: readonly { cursor: string }[], pageSize: number): string | undefined {
  return page.length === pageSize ? page.at(-1)?.cursor : undefined;
}

/** What the order of a list by time needs: the id decides between rows of one moment. */
export interface Dated {
  id: string;
  /** ISO 8601. */
  created_at: string;
}

/** The last row of a full page, after which the next one starts; undefined when this page was the last. */
export function lastOf<Row>(page: readonly Row[], pageSize: number): Row | undefined {
  return page.length === pageSize ? page.at(-1) : undefined;
}

/** PostgREST's filter for the rows older than one. */
export function olderThan({ id, created_at }: Dated): string {
  return `created_at.lt."${created_at}",and(created_at.eq."${created_at}",id.lt."${id}")`;
}
