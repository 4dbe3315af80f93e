import type { ReactNode } from "react";
import { useOnline } from "./online.ts";

/** While the first of something is fetched: its shape, and a word for those who hear the page. */
export function Loading({ what }: { what: string }) {
  return (
    <div role="status">
      <span className="unseen">Loading {what}…</span>
      <div className="card skeleton" />
      <div className="card skeleton" />
    </div>
  );
}

/** What could not be loaded, and the way to try again. */
export function Failed({ children, onRetry }: { children: ReactNode; onRetry: () => void }) {
  const online = useOnline();
  return (
    <div className="card state" role="alert">
      <p>{children}</p>
      {!online && <p>You are offline.</p>}
      <button type="button" className="button" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}

export function Empty({ children }: { children: ReactNode }) {
  return <p className="card state">{children}</p>;
}
