import { useState } from "react";
import { AVATAR_WIDTHS } from "./images.ts";
import { Picture } from "./picture.tsx";

const TINTS = 6;

interface AvatarProps {
  name: string;
  url: string | null;
  large?: boolean;
}

/** A user's picture, or the initial on a tint that is always the same for that user. Decoration: the name stands beside it. */
export function Avatar({ name, url, large = false }: AvatarProps) {
  const [broken, setBroken] = useState<string>();
  const shape = large ? "avatar avatar-large" : "avatar";
  const side = large ? 88 : 42;
  if (url && url !== broken) {
    return (
      <Picture
        key={url}
        className={shape}
        url={url}
        widths={AVATAR_WIDTHS}
        sizes={`${side}px`}
        width={side}
        height={side}
        alt=""
        loading="lazy"
        onBroken={() => setBroken(url)}
      />
    );
  }
  const sum = [...name].reduce((total, letter) => total + letter.codePointAt(0)!, 0);
  return (
    <span className={`${shape} tint-${sum % TINTS}`} aria-hidden="true">
      {([...name][0] ?? "?").toUpperCase()}
    </span>
  );
}
