/** Where the page after this one starts, as the API says it; undefined when this one was the last. */
export function cursorAfter(page: readonly { cursor: string }[], pageSize: number): string | undefined {
  return page.length === pageSize ? page.at(-1)?.cursor : undefined;
}
