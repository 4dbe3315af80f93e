import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ChangeEvent, type FormEvent, useEffect, useRef, useState } from "react";
import { mediaTypeNames } from "../../../functions/_shared/upload-rules.ts";
import { PictureIcon } from "../ui/icons.tsx";
import { attach, type Attachment } from "./attachment.ts";
import { refreshFeed } from "./feed.ts";
import { publish, publishWords } from "./publish.ts";

/** The database's limit, in characters. */
const LONGEST_TEXT = 5000;

/** Writes a post: text, a picture or video, or both. What was entered stays until it is saved. */
export function Composer({ userId }: { userId: string }) {
  const client = useQueryClient();
  const [content, setContent] = useState("");
  const [attachment, setAttachment] = useState<Attachment>();
  const [fileProblem, setFileProblem] = useState("");
  const [progress, setProgress] = useState(0);
  const abort = useRef<AbortController>(null);
  const textRef = useRef<HTMLTextAreaElement>(null);

  const post = useMutation({
    mutationFn: (signal: AbortSignal) =>
      publish({ userId, content, attachment }, { onProgress: setProgress, signal }),
    onSuccess: () => {
      setContent("");
      setAttachment(undefined);
      textRef.current?.focus();
      return refreshFeed(client, userId);
    },
  });

  // Leaving the page, as by signing out, stops what is under way.
  useEffect(() => () => abort.current?.abort(), []);

  async function choose({ currentTarget: input }: ChangeEvent<HTMLInputElement>) {
    const file = input.files?.[0];
    if (!file) return;
    const chosen = await attach(file);
    // Emptied, so that choosing the same file again is a change again.
    input.value = "";
    post.reset();
    setFileProblem("problem" in chosen ? chosen.problem : "");
    if ("file" in chosen) setAttachment(chosen);
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    setFileProblem("");
    setProgress(0);
    abort.current = new AbortController();
    post.mutate(abort.current.signal);
  }

  const problem = fileProblem || (post.isError ? publishWords(post.error) : "");
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
        onChange={(event) => setContent(event.target.value)}
        readOnly={post.isPending}
      />
      {attachment && (
        <Preview
          attachment={attachment}
          onRemove={post.isPending ? undefined : () => setAttachment(undefined)}
        />
      )}
      {post.isPending && attachment && (
        <progress className="progress" value={progress} aria-label="Upload progress" />
      )}
      <div role="alert">{problem && <p className="notice notice-bad">{problem}</p>}</div>
      <div className="composer-actions">
        <label className={post.isPending ? "button button-quiet disabled" : "button button-quiet"}>
          <PictureIcon />
          <span>{attachment ? "Change file" : "Add photo or video"}</span>
          <input
            className="unseen"
            type="file"
            accept={mediaTypeNames.join(",")}
            onChange={choose}
            disabled={post.isPending}
          />
        </label>
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
            Post
          </button>
        )}
      </div>
    </form>
  );
}

function Preview({
  attachment: { file, type },
  onRemove,
}: {
  attachment: Attachment;
  onRemove?: () => void;
}) {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const address = URL.createObjectURL(file);
    setUrl(address);
    return () => URL.revokeObjectURL(address);
  }, [file]);
  return (
    <figure className="preview">
      {url && type.startsWith("video/") && (
        <video src={url} controls muted playsInline aria-label={file.name} />
      )}
      {url && type.startsWith("image/") && <img src={url} alt={`Preview of ${file.name}`} />}
      {onRemove && (
        <button type="button" className="button preview-remove" onClick={onRemove}>
          Remove
        </button>
      )}
    </figure>
  );
}
