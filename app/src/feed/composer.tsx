import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useUserId } from "../auth/user.ts";
import { acceptedMedia, attach } from "../upload/attachment.ts";
import { CropButton } from "../upload/crop-button.tsx";
import { FileButton } from "../upload/file-button.tsx";
import { Preview } from "../upload/preview.tsx";
import { failureWords } from "../upload/upload-once.ts";
import { PictureIcon } from "../ui/icons.tsx";
import { refreshPosts } from "./feed.ts";
import { POST_SHAPE } from "./media.tsx";
import { type Draft, emptyDraft, publish } from "./publish.ts";

/** The database's limit, in characters. */
const LONGEST_TEXT = 5000;

/** Writes a post: text, a picture or video, or both. What was entered stays until it is saved. */
export function Composer() {
  const client = useQueryClient();
  const userId = useUserId();
  const [draft, setDraft] = useState<Draft>(emptyDraft);
  const [fileProblem, setFileProblem] = useState("");
  const [progress, setProgress] = useState(0);
  const abort = useRef<AbortController>(null);
  const textRef = useRef<HTMLTextAreaElement>(null);

  const post = useMutation({
    mutationFn: (signal: AbortSignal) => publish(userId, draft, { onProgress: setProgress, signal }),
    onSuccess: () => {
      setDraft(emptyDraft);
      textRef.current?.focus();
      return refreshPosts(client, userId);
    },
  });

  // Leaving the page, as by signing out, stops what is under way.
  useEffect(() => () => abort.current?.abort(), []);

  const { content, attachment } = draft;
  const edit = (change: Partial<Draft>) => setDraft({ ...draft, ...change, id: crypto.randomUUID() });

  async function choose(file: File) {
    const chosen = await attach(file);
    post.reset();
    setFileProblem("problem" in chosen ? chosen.problem : "");
    if ("file" in chosen) edit({ attachment: chosen });
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    setFileProblem("");
    setProgress(0);
    abort.current = new AbortController();
    post.mutate(abort.current.signal);
  }

  const words = "Your post could not be saved. Nothing is lost: try again in a moment.";
  const problem = fileProblem || (post.isError ? failureWords(post.error, words) : "");
  const isEmpty = !content.trim() && !attachment;
  return (
    <form className="card composer" onSubmit={submit} aria-label="New post">
      <label className="unseen" htmlFor="composer-text">
        What’s on your mind?
      </label>
      <textarea
        id="composer-text"
        ref={textRef}
        placeholder="What’s on your mind?"
        rows={2}
        maxLength={LONGEST_TEXT}
        value={content}
        onChange={(event) => edit({ content: event.target.value })}
        readOnly={post.isPending}
      />
      {attachment && (
        <Preview attachment={attachment}>
          {!post.isPending && (
            <>
              <CropButton
                attachment={attachment}
                shape={POST_SHAPE}
                onCropped={(cropped) => edit({ attachment: cropped })}
              />
              <button type="button" className="button" onClick={() => edit({ attachment: undefined })}>
                Remove
              </button>
            </>
          )}
        </Preview>
      )}
      {post.isPending && attachment && (
        <progress className="progress" value={progress} aria-label="Upload progress" />
      )}
      <div role="alert">{problem && <p className="notice notice-bad">{problem}</p>}</div>
      <div className="composer-actions">
        <FileButton accept={acceptedMedia} disabled={post.isPending} onChoose={choose}>
          <PictureIcon />
          <span>{attachment ? "Change file" : "Add photo or video"}</span>
        </FileButton>
        <span role="status" className="composer-status">
          {post.isPending && (attachment && progress < 1 ? "Uploading…" : "Saving…")}
          {post.isSuccess && isEmpty && "Posted."}
        </span>
        {post.isPending ? (
          <button type="button" className="button" onClick={() => abort.current?.abort()}>
            Cancel
          </button>
        ) : (
          <button className="button button-primary" disabled={isEmpty}>
            {problem && post.isError ? "Try again" : "Post"}
          </button>
        )}
      </div>
    </form>
  );
}
