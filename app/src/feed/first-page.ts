import { fetchAhead } from "../api/ahead.ts";
import { apiUrl } from "../api/api.ts";
import { POST_SIZES, POST_WIDTHS, sourceSet } from "../ui/images.ts";
import type { Post } from "./feed.ts";
import { PAGE_SIZE } from "./page-size.ts";

/**
 * Asks for the feed's first page and its first picture while the app's code is still on its way: by the time there is a
 * page to show them on, they are there.
 */
export async function fetchFirstPage(token: string): Promise<void> {
  const answer = await fetchAhead(`${apiUrl}/rest/v1/rpc/feed_page?page_size=${PAGE_SIZE}`, token);
  const [post] = ((await answer?.clone().json()) ?? []) as Post[];
  if (!post?.media_url || post.media_type?.startsWith("video")) return;
  const picture = new Image();
  picture.fetchPriority = "high";
  picture.sizes = POST_SIZES;
  picture.srcset = sourceSet(post.media_url, POST_WIDTHS) ?? "";
  picture.src = post.media_url;
}
