import type { Rectangle } from "./crop.ts";

/** More than any screen shows. */
const MOST_PIXELS_WIDE = 2048;
const QUALITY = 0.9;

/** A part of a picture as a file of its own, of the same type. It also leaves behind where the picture was taken. */
export async function cropFile(
  picture: ImageBitmap,
  crop: Rectangle,
  original: File,
  type: string,
): Promise<File> {
  const scale = Math.min(1, MOST_PIXELS_WIDE / crop.width);
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(crop.width * scale);
  canvas.height = Math.round(crop.height * scale);
  canvas
    .getContext("2d")!
    .drawImage(picture, crop.left, crop.top, crop.width, crop.height, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, QUALITY));
  if (!blob) throw new Error("The picture is too large to be cropped here.");
  return new File([blob], original.name, { type: blob.type });
}
