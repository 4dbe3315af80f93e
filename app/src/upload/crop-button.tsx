import { lazy, Suspense, useState } from "react";
import { attach, type Attachment } from "./attachment.ts";

const CropDialog = lazy(() => import("./crop-dialog.tsx"));

interface CropButtonProps {
  attachment: Attachment;
  /** Width by height. */
  shape: number;
  onCropped: (cropped: Attachment) => void;
}

/** Opens the crop dialog, whose code is loaded when it is first wanted. */
export function CropButton({ attachment, shape, onCropped }: CropButtonProps) {
  const [open, setOpen] = useState(false);

  async function done(file?: File) {
    setOpen(false);
    const cropped = file && (await attach(file));
    if (cropped && "file" in cropped) onCropped(cropped);
  }

  // One frame of an animation would be all that is left of it; and a video is no picture.
  if (!attachment.type.startsWith("image/") || attachment.type === "image/gif") return null;
  return (
    <>
      <button type="button" className="button" onClick={() => setOpen(true)}>
        Crop
      </button>
      {open && (
        <Suspense>
          <CropDialog attachment={attachment} shape={shape} onDone={done} />
        </Suspense>
      )}
    </>
  );
}
