import { sizedAddress } from "../../../functions/_shared/image-sizes.ts";

export {
  avatarWidths as AVATAR_WIDTHS,
  postWidths as POST_WIDTHS,
} from "../../../functions/_shared/image-sizes.ts";

const { VITE_MEDIA_URL: mediaUrl, VITE_IMAGE_TRANSFORMATIONS: transformations } = import.meta.env;

/** How wide a post's picture is on the page, as `sizes` of an image. */
export const POST_SIZES = "(min-width: 38rem) 36.5rem, 94vw";

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
  return widths.map((width) => `${sizedAddress(images.mediaUrl, path, width)} ${width}w`).join(", ");
}
