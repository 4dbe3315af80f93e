import { useState } from "react";
import { POST_SIZES, POST_WIDTHS } from "../ui/images.ts";
import { Picture } from "../ui/picture.tsx";

/** Width by height: what the feed shows, and what cropping gives. */
export const POST_SHAPE = 4 / 3;

interface MediaProps {
  url: string;
  /** `image` or `video`, or the full type. */
  type: string | null;
  by: string;
  /** Whether it is on screen when the page opens: then it is what the visitor waits for. */
  first: boolean;
}

/** A post's picture or video. Its shape is fixed, so nothing moves when it arrives. */
export function Media({ url, type, by, first }: MediaProps) {
  const [broken, setBroken] = useState(false);
  if (broken) return <p className="post-media post-media-broken">This picture cannot be shown.</p>;
  if (type?.startsWith("video")) {
    return (
      <video
        className="post-media"
        src={url}
        controls
        playsInline
        preload="metadata"
        aria-label={`Video by ${by}`}
        onError={() => setBroken(true)}
      />
    );
  }
  return (
    <a className="post-media" href={url} target="_blank" rel="noreferrer">
      <Picture
        url={url}
        widths={POST_WIDTHS}
        sizes={POST_SIZES}
        width={800}
        height={800 / POST_SHAPE}
        alt={`Picture by ${by}`}
        loading={first ? "eager" : "lazy"}
        fetchPriority={first ? "high" : "auto"}
        onBroken={() => setBroken(true)}
      />
    </a>
  );
}
