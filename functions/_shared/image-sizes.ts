/**
 * The sizes that pictures are shown in, and their addresses where the media host's zone makes them (Cloudflare's image
 * transformations). The app asks for these addresses and `process-jobs` asks for them first, so that the edge has them: both
 * read them here. Plain data and pure functions, no imports: it runs in a browser, in Deno and in Node.
 */

/** Widths of a post's picture, in pixels. */
export const postWidths = [480, 800, 1200, 1600] as const;
/** Widths of a person's picture, in pixels. */
export const avatarWidths = [96, 192] as const;

/** A picture of the media host no wider than that, in the format that the browser likes best. `path` has no leading slash. */
export function sizedAddress(mediaUrl: string, path: string, width: number): string {
  return `${mediaUrl}/cdn-cgi/image/width=${width},fit=scale-down,format=auto/${path}`;
}
