import { useState } from "react";

const TINTS = 6;

/** A user's picture, or the initial on a tint that is always the same for that user. Decoration: the name stands beside it. */
export function Avatar({ name, url }: { name: string; url: string | null }) {
  const [broken, setBroken] = useState(false);
  if (url && !broken) {
    return <img className="avatar" src={url} alt="" loading="lazy" onError={() => setBroken(true)} />;
  }
  const sum = [...name].reduce((total, letter) => total + letter.codePointAt(0)!, 0);
  return (
    <span className={`avatar tint-${sum % TINTS}`} aria-hidden="true">
      {([...name][0] ?? "?").toUpperCase()}
    </span>
  );
}
