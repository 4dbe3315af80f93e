import { type ReactNode, useEffect, useState } from "react";
import type { Attachment } from "./attachment.ts";

/** A chosen file as it will be seen, and what may be done with it. */
export function Preview({
  attachment: { file, type },
  children,
}: {
  attachment: Attachment;
  children?: ReactNode;
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
      <div className="preview-actions">{children}</div>
    </figure>
  );
}
