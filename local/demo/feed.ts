import { setTimeout as delay } from "node:timers/promises";
import { frontFetch } from "./front-fetch.ts";
import { must, value, type Step } from "./journey.ts";

/** Posts and likes through the data API, as the app asks for them, and the app itself. */
export const feed: Step[] = [
  {
    name: "post it",
    run: async ({ ada, found }) => {
      const post = value(
        await ada
          .from("posts")
          .insert({ content: "Hello from Lagos", media_url: found.mediaUrl, media_type: "image/png" })
          .select("id, user_id")
          .single(),
      );
      must(post.user_id === found.adaId, `posted as ${post.user_id}`);
      found.postId = post.id;
      return post.id;
    },
  },
  {
    name: "another person sees it in the feed",
    run: async ({ bayo, found }) => {
      const posts = value(
        await bayo
          .from("posts")
          .select("id, content, media_url, author:users!user_id(username, full_name)")
          .order("created_at", { ascending: false })
          .limit(20),
      );
      const post = posts.find(({ id }) => id === found.postId);
      must(post, "the post is not there");
      must(post.media_url === found.mediaUrl, "the post has lost its picture");
      const author = post.author as unknown as { full_name: string };
      must(author.full_name === "Ada Obi", `by ${author.full_name}`);
      return `"${post.content}" by ${author.full_name}`;
    },
  },
  {
    name: "a like counts once",
    run: async ({ bayo, found }) => {
      const like = () =>
        bayo
          .from("likes")
          .upsert({ post_id: found.postId }, { onConflict: "user_id,post_id", ignoreDuplicates: true });
      for (const { error } of [await like(), await like()]) must(!error, error?.message ?? "");
      const { likes_count } = value(
        await bayo.from("posts").select("likes_count").eq("id", found.postId).single(),
      );
      must(likes_count === 1, `likes_count is ${likes_count}`);
      return "likes_count is 1";
    },
  },
  {
    name: "who watches is told that it is taken back",
    run: async ({ ada, bayo, found }) => {
      const wanted = {
        event: "UPDATE",
        schema: "public",
        table: "posts",
        filter: `id=eq.${found.postId}`,
      } as const;
      const watched = ada.channel("demo");
      try {
        const told = new Promise<number>((resolve, reject) => {
          watched
            .on<{ likes_count: number }>("postgres_changes", wanted, (change) =>
              resolve(change.new.likes_count),
            )
            .on("system", {}, ({ status, message }: { status: string; message: string }) => {
              if (status !== "ok") return reject(new Error(message));
              void bayo.from("likes").delete().eq("post_id", found.postId).then();
            })
            .subscribe((_status, error) => error && reject(error));
        });
        const likes = await Promise.race([told, delay(10_000).then(() => undefined)]);
        must(likes === 0, `told of ${likes ?? "nothing"}`);
        return "likes_count is 0";
      } finally {
        await ada.removeAllChannels();
      }
    },
  },
  {
    name: "another's post not writable",
    run: async ({ bayo, found }) => {
      const changed = value(
        await bayo.from("posts").update({ content: "mine now" }).eq("id", found.postId).select("id"),
      );
      must(changed.length === 0, "it was changed");
      const deleted = value(await bayo.from("posts").delete().eq("id", found.postId).select("id"));
      must(deleted.length === 0, "it was deleted");
      const { error } = await bayo.from("posts").insert({ user_id: found.adaId, content: "in her name" });
      must(error?.code === "42501", `posting in her name: ${error?.code ?? "done"}`);
      return "0 rows changed, 0 deleted, 42501";
    },
  },
  {
    name: "counters and points not writable",
    run: async ({ ada, found }) => {
      const count = await ada.from("posts").update({ likes_count: 1000 }).eq("id", found.postId);
      must(count.error?.code === "42501", `likes_count: ${count.error?.code ?? "done"}`);
      const points = await ada
        .from("points_transactions")
        .insert({ user_id: found.adaId, amount: 1000, reason: "gift" });
      must(points.error?.code === "42501", `points: ${points.error?.code ?? "done"}`);
      return "42501, 42501";
    },
  },
  {
    name: "a deleted post is gone",
    run: async ({ ada, bayo }) => {
      const { id } = value(await ada.from("posts").insert({ content: "Oops" }).select("id").single());
      value(await ada.from("posts").delete().eq("id", id).select("id"));
      const left = value(await bayo.from("posts").select("id").eq("id", id));
      must(left.length === 0, "still there");
      return "gone";
    },
  },
  {
    name: "the web app is served",
    run: async ({ target }) => {
      const page = await frontFetch(`${target.app}/any/page`);
      const html = await page.text();
      must(page.status === 200 && html.includes('id="root"'), `answered ${page.status}`);
      const script = /src="(\/assets\/[^"]+\.js)"/.exec(html)?.[1];
      must(script, "no script in the page");
      const code = await frontFetch(target.app + script);
      must((await code.text()).includes(target.api), "the app does not know its API");
      return `${script}, ${code.headers.get("cache-control")}`;
    },
  },
];
