import type { Database } from "../_shared/database.ts";
import { HttpError } from "../_shared/http.ts";
import { postWidths, sizedAddress } from "../_shared/image-sizes.ts";
import { inParallel } from "../_shared/in-parallel.ts";
import { optionalText } from "./payload.ts";
import { BadJob, type JobKind } from "./worker.ts";

export interface ThumbnailParts {
  database: Database;
  /** The media host; other addresses are not asked. */
  mediaUrl: string;
  /** Whether the host's zone makes pictures in other sizes. */
  transformations: boolean;
}

/** `{url}`: asks for a picture once in each size, so that the edge has it when the first person does. */
export function createThumbnail({ database, mediaUrl, transformations }: ThumbnailParts): JobKind {
  return async (job) => {
    const url = optionalText(job, "url") ?? "";
    // A post's picture may be anywhere; a `..` would leave the folder that it seems to be in.
    if (!URL.canParse(url)) throw new BadJob("url is no address");
    if (url.startsWith(`${mediaUrl}/`) && new URL(url).href === url) {
      const path = url.slice(mediaUrl.length + 1);
      const sized = transformations ? postWidths.map((width) => sizedAddress(mediaUrl, path, width)) : [];
      await inParallel([url, ...sized], 3, warm);
    }
    await database.call("complete_job", { job_id: job.id });
  };
}

async function warm(url: string): Promise<void> {
  let status: number;
  try {
    const answer = await fetch(url, {
      redirect: "manual",
      // What browsers send that can show the best format: it is part of what the edge keeps.
      headers: { accept: "image/avif,image/webp,*/*" },
      signal: AbortSignal.timeout(15_000),
    });
    status = answer.status;
    await answer.body?.pipeTo(new WritableStream());
  } catch (error) {
    throw failed((error as Error).name);
  }
  // One that is gone needs no warming.
  if (status >= 500 || status === 429) throw failed(String(status));
}

function failed(reason: string): HttpError {
  return new HttpError(502, "media_failed", "The picture cannot be had now.", `media: ${reason}`);
}
