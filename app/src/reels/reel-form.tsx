import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { supabase } from "../api/supabase.ts";
import { useUserId } from "../auth/user.ts";
import { Field } from "../ui/field.tsx";
import { ReelIcon } from "../ui/icons.tsx";
import { acceptedVideos, attach, type Attachment } from "../upload/attachment.ts";
import { FileButton } from "../upload/file-button.tsx";
import { Preview } from "../upload/preview.tsx";
import { failureWords, uploadOnce } from "../upload/upload-once.ts";
import { reelsQuery } from "./reels.ts";

/** Adds a reel: a video, and words to it. */
export function ReelForm() {
  const client = useQueryClient();
  const userId = useUserId();
  const [video, setVideo] = useState<Attachment>();
  const [fileProblem, setFileProblem] = useState("");
  const [progress, setProgress] = useState(0);
  const abort = useRef<AbortController>(null);
  useEffect(() => () => abort.current?.abort(), []);

  const add = useMutation({
    mutationFn: async (caption: string) => {
      if (!video) return;
      abort.current = new AbortController();
      const { signal } = abort.current;
      const media_url = await uploadOnce(video.file, { bucket: "videos", onProgress: setProgress, signal });
      await supabase
        .from("reels")
        .insert({ user_id: userId, caption: caption || null, media_url })
        .throwOnError();
    },
    onSuccess: () => {
      setVideo(undefined);
      return client.invalidateQueries(reelsQuery(userId));
    },
  });

  async function choose(file: File) {
    const chosen = await attach(file, "videos");
    const isVideo = "file" in chosen && chosen.type.startsWith("video/");
    setFileProblem("problem" in chosen ? chosen.problem : isVideo ? "" : "A reel is a video.");
    setProgress(0);
    add.reset();
    if (isVideo) setVideo(chosen);
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    add.mutate(String(new FormData(event.currentTarget).get("caption") ?? "").trim());
  }

  const words = "Your reel could not be saved. Nothing is lost: try again in a moment.";
  const problem = fileProblem || (add.isError ? failureWords(add.error, words) : "");
  return (
    <form className="card composer" onSubmit={submit} aria-label="New reel">
      {video && (
        <>
          <Preview attachment={video}>
            {!add.isPending && (
              <button type="button" className="button" onClick={() => setVideo(undefined)}>
                Remove
              </button>
            )}
          </Preview>
          <Field label="Caption" name="caption" maxLength={2000} readOnly={add.isPending} />
        </>
      )}
      {add.isPending && <progress className="progress" value={progress} aria-label="Upload progress" />}
      <div role="alert">{problem && <p className="notice notice-bad">{problem}</p>}</div>
      <div className="composer-actions">
        <FileButton accept={acceptedVideos} disabled={add.isPending} onChoose={choose}>
          <ReelIcon />
          <span>{video ? "Change video" : "Add a reel"}</span>
        </FileButton>
        <span role="status" className="composer-status">
          {add.isPending && (progress < 1 ? "Uploading…" : "Saving…")}
          {add.isSuccess && !video && "Posted."}
        </span>
        {add.isPending && (
          <button type="button" className="button" onClick={() => abort.current?.abort()}>
            Cancel
          </button>
        )}
        {video && !add.isPending && (
          <button className="button button-primary">{add.isError ? "Try again" : "Post"}</button>
        )}
      </div>
    </form>
  );
}
