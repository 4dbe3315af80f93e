import { type ImgHTMLAttributes, useState } from "react";
import { sourceSet } from "./images.ts";

interface PictureProps extends Omit<ImgHTMLAttributes<HTMLImageElement>, "src" | "srcSet" | "onError"> {
  url: string;
  alt: string;
  /** What it may be shown in, in pixels. */
  widths: readonly number[];
  /** How wide it is on the page, as `sizes` of an image. */
  sizes: string;
  /** So that its place is kept until it is there. */
  width: number;
  height: number;
  onBroken: () => void;
}

/** A picture in the width that fits the screen; in its own, where it is not resized or resizing fails. */
export function Picture({ url, widths, onBroken, ...image }: PictureProps) {
  const [unresized, setUnresized] = useState(false);
  const srcSet = unresized ? undefined : sourceSet(url, widths);
  return (
    <img
      {...image}
      src={url}
      srcSet={srcSet}
      decoding="async"
      onError={() => (srcSet ? setUnresized(true) : onBroken())}
    />
  );
}
