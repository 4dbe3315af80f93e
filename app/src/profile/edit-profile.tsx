import { type FormEvent, useEffect, useRef, useState } from "react";
import { useUserId } from "../auth/user.ts";
import { Field } from "../ui/field.tsx";
import { acceptedPictures, attach, type Attachment } from "../upload/attachment.ts";
import { CropButton } from "../upload/crop-button.tsx";
import { FileButton } from "../upload/file-button.tsx";
import { Preview } from "../upload/preview.tsx";
import { failureWords, uploadOnce } from "../upload/upload-once.ts";
import { type Profile, useSaveProfile } from "./profile.ts";

/** One's own name, words and picture. */
export function EditProfile({ profile, onDone }: { profile: Profile; onDone: () => void }) {
  const save = useSaveProfile(useUserId());
  const [picture, setPicture] = useState<Attachment>();
  const [fileProblem, setFileProblem] = useState("");
  const [progress, setProgress] = useState(0);
  const abort = useRef(new AbortController());
  useEffect(() => () => abort.current.abort(), []);

  async function choose(file: File) {
    const chosen = await attach(file, "avatars");
    setFileProblem("problem" in chosen ? chosen.problem : "");
    if ("file" in chosen) setPicture(chosen);
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "").trim() || null;
    abort.current = new AbortController();
    const { signal } = abort.current;
    const change = async () => ({
      full_name: text("full_name"),
      bio: text("bio"),
      ...(picture && {
        avatar_url: await uploadOnce(picture.file, { bucket: "avatars", onProgress: setProgress, signal }),
      }),
    });
    save.mutate(change, { onSuccess: onDone });
  }

  const words = "Your profile could not be saved. Try again in a moment.";
  const problem = fileProblem || (save.isError ? failureWords(save.error, words) : "");
  return (
    <form className="profile-form" onSubmit={submit} aria-label="Your profile">
      <Field label="Full name" name="full_name" defaultValue={profile.full_name ?? ""} maxLength={100} />
      <Field label="About you" name="bio" defaultValue={profile.bio ?? ""} maxLength={500} />
      {picture && (
        <Preview attachment={picture}>
          <CropButton attachment={picture} shape={1} onCropped={setPicture} />
        </Preview>
      )}
      {save.isPending && picture && (
        <progress className="progress" value={progress} aria-label="Upload progress" />
      )}
      <div role="alert">{problem && <p className="notice notice-bad">{problem}</p>}</div>
      <div className="composer-actions">
        <FileButton accept={acceptedPictures} disabled={save.isPending} onChoose={choose}>
          {picture ? "Change picture" : "Choose a picture"}
        </FileButton>
        <button type="button" className="button push" onClick={onDone}>
          Cancel
        </button>
        <button className="button button-primary" disabled={save.isPending}>
          Save
        </button>
      </div>
    </form>
  );
}
