import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useOnline } from "./online.ts";
import { LoadMore } from "./load-more.tsx";
import { Empty, Failed, Loading } from "./states.tsx";

interface EndlessProps<Row> {
  query: UseInfiniteQueryResult<InfiniteData<Row[]>>;
  /** What is listed, in the plural and within a sentence: `posts`. */
  what: string;
  label: string;
  /** Said when there is nothing. */
  empty: string;
  /** Said at the end. */
  end?: string;
  className?: string;
  children: (row: Row, index: number) => ReactNode;
}

/** A list that is loaded page by page, in each state that it can be in. */
export function Endless<Row>({ query, what, label, empty, end, className, children }: EndlessProps<Row>) {
  const online = useOnline();
  const rows = query.data?.pages.flat() ?? [];
  if (query.isPending) {
    if (online) return <Loading what={what} />;
    return <Failed onRetry={() => query.refetch()}>The {what} could not be loaded.</Failed>;
  }
  const failed = query.isError && (
    <Failed onRetry={() => (query.isFetchNextPageError ? query.fetchNextPage() : query.refetch())}>
      {rows.length ? `More ${what} could not be loaded.` : `The ${what} could not be loaded.`}
    </Failed>
  );
  if (rows.length === 0) return failed || <Empty>{empty}</Empty>;
  return (
    <section aria-label={label} aria-busy={query.isFetching} className={className}>
      {rows.map(children)}
      {failed}
      {query.hasNextPage && !query.isError && online && (
        <LoadMore
          loading={query.isFetchingNextPage}
          onLoad={() => query.fetchNextPage({ cancelRefetch: false })}
        />
      )}
      {end && !query.hasNextPage && !query.isError && <p className="feed-end">{end}</p>}
    </section>
  );
}
