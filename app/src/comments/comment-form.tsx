import type { UseMutationResult } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import type { Comment } from "./comments.ts";

/** The database's limit, in characters. */
const LONGEST_TEXT = 2000;

interface CommentFormProps {
  author: Comment["author"];
  add: UseMutationResult<void, Error, Comment>;
}

/** Says something. The field is free for the next word at once; what could not be saved comes back into it. */
export function CommentForm({ author, add }: CommentFormProps) {
  const id = useId();
  const [content, setContent] = useState("");

  function submit(event: FormEvent) {
    event.preventDefault();
    const comment: Comment = {
      id: crypto.randomUUID(),
      content: content.trim(),
      created_at: new Date().toISOString(),
      author,
    };
    setContent("");
    add.mutate(comment, { onError: () => setContent((now) => now || comment.content) });
  }

  return (
    <form className="comment-form" onSubmit={submit}>
      <label className="unseen" htmlFor={id}>
        Write a comment
      </label>
      <input
        id={id}
        placeholder="Write a comment"
        autoComplete="off"
        maxLength={LONGEST_TEXT}
        value={content}
        onChange={(event) => setContent(event.target.value)}
      />
      <button className="button" disabled={!content.trim()}>
        Send
      </button>
      <span role="alert" className="action-problem">
        {add.isError && "Your comment could not be saved. Nothing is lost: try again."}
      </span>
    </form>
  );
}
