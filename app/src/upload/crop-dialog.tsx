import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import type { Attachment } from "./attachment.ts";
import { cropFile } from "./crop-file.ts";
import { cropOf, dragged, MOST_ZOOM, type View, whole } from "./crop.ts";

/** How far an arrow key moves the picture, as a share of the frame. */
const STEP = 0.05;
const FRAME_PIXELS = 720;

interface CropDialogProps {
  attachment: Attachment;
  /** Width by height. */
  shape: number;
  /** Given the cropped file, or nothing when the person left it as it is. */
  onDone: (cropped?: File) => void;
}

/** Chooses a part of a picture: drag it or use the arrow keys, and zoom. */
export default function CropDialog({ attachment: { file, type }, shape, onDone }: CropDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const cropped = useRef<File>(undefined);
  const [picture, setPicture] = useState<ImageBitmap>();
  const [view, setView] = useState<View>(whole);
  const [problem, setProblem] = useState("");

  useEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    let wanted = true;
    createImageBitmap(file).then(
      (bitmap) => wanted && setPicture(bitmap),
      () => wanted && setProblem("This picture cannot be opened here."),
    );
    return () => {
      wanted = false;
    };
  }, [file]);
  useEffect(() => {
    if (!picture || !canvas.current) return;
    const { left, top, width, height } = cropOf(picture, shape, view);
    const { width: wide, height: high } = canvas.current;
    canvas.current.getContext("2d")!.drawImage(picture, left, top, width, height, 0, 0, wide, high);
  }, [picture, shape, view]);

  function move(byX: number, byY: number) {
    if (picture) setView((now) => dragged(picture, shape, now, byX, byY));
  }

  function drag(event: PointerEvent<HTMLCanvasElement>) {
    const frame = event.currentTarget;
    if (frame.hasPointerCapture(event.pointerId)) {
      move(event.movementX / frame.clientWidth, event.movementY / frame.clientHeight);
    }
  }

  function press(event: KeyboardEvent) {
    const steps: Record<string, [number, number]> = {
      ArrowLeft: [STEP, 0],
      ArrowRight: [-STEP, 0],
      ArrowUp: [0, STEP],
      ArrowDown: [0, -STEP],
    };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    move(...step);
  }

  async function use() {
    if (!picture) return;
    try {
      cropped.current = await cropFile(picture, cropOf(picture, shape, view), file, type);
      // Closed before it goes, so that the browser gives the focus back to where it was.
      dialog.current?.close();
    } catch (error) {
      setProblem((error as Error).message);
    }
  }

  return (
    <dialog
      ref={dialog}
      className="card crop"
      aria-labelledby="crop-title"
      onClose={() => onDone(cropped.current)}
    >
      <h2 id="crop-title">Crop picture</h2>
      <canvas
        ref={canvas}
        width={FRAME_PIXELS}
        height={Math.round(FRAME_PIXELS / shape)}
        role="img"
        aria-label="The part that will be seen. Move it with the arrow keys."
        tabIndex={0}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag}
        onKeyDown={press}
      />
      <label className="crop-zoom">
        Zoom
        <input
          type="range"
          min={1}
          max={MOST_ZOOM}
          step={0.05}
          value={view.zoom}
          onChange={(event) => setView({ ...view, zoom: Number(event.target.value) })}
        />
      </label>
      <div role="alert">{problem && <p className="notice notice-bad">{problem}</p>}</div>
      <div className="crop-actions">
        <button type="button" className="button" onClick={() => dialog.current?.close()}>
          Cancel
        </button>
        <button type="button" className="button button-primary" onClick={use} disabled={!picture}>
          Use this part
        </button>
      </div>
    </dialog>
  );
}
