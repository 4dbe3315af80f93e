import { useEffect, useRef } from "react";

/** The app's first page needs no announcement: the browser makes it. */
let isFirst = true;

/** A page's heading. A page that comes by a link takes the focus, so that a screen reader says where one is. */
export function Title({ children, unseen = false }: { children: string; unseen?: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${children} · LavLay`;
  }, [children]);
  useEffect(() => {
    if (!isFirst) heading.current?.focus({ preventScroll: true });
    isFirst = false;
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1} className={unseen ? "unseen" : "title"}>
      {children}
    </h1>
  );
}
