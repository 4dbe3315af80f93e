const { VITE_MEDIA_URL: mediaUrl, VITE_IMAGE_TRANSFORMATIONS: transformations } = import.meta.env;

/** What a picture may be shown in, in pixels. */
export const POST_WIDTHS = [480, 800, 1200, 1600] as const;
export const AVATAR_WIDTHS = [96, 192] as const;

interface Images {
  mediaUrl: string;
  /** Whether the media host's zone resizes pictures. */
  transformations: boolean;
}

/**
 * The same picture in several widths, made by Cloudflare in the format that the browser likes best; undefined where the
 * tier has no transformations, and for addresses of other hosts.
 */
export function sourceSet(
  url: string,
  widths: readonly number[],
  images: Images = { mediaUrl, transformations: transformations === "true" },
): string | undefined {
  const prefix = `${images.mediaUrl}/`;
  if (!images.transformations || !url.startsWith(prefix)) return undefined;
  const path = url.slice(prefix.length);
  return widths
    .map((width) => `${prefix}cdn-cgi/image/width=${width},fit=scale-down,format=auto/${path} ${width}w`)
    .join(", ");
}
