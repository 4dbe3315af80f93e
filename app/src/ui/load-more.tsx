import { useEffect, useRef } from "react";

/** Loads the next page shortly before its end is scrolled to; the button is for everyone whose browser does not scroll. */
export function LoadMore({ loading, onLoad }: { loading: boolean; onLoad: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  const load = useRef(onLoad);
  useEffect(() => {
    load.current = onLoad;
  });
  useEffect(() => {
    if (loading) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && load.current(), {
      rootMargin: "600px",
    });
    observer.observe(button.current!);
    return () => observer.disconnect();
  }, [loading]);
  return (
    <button ref={button} type="button" className="button button-wide" onClick={onLoad} disabled={loading}>
      {loading ? "Loading…" : "Load more"}
    </button>
  );
}
