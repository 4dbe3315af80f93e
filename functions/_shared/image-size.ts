import type { MediaType } from "./upload-rules.ts";

/** In pixels. */
export interface ImageSize {
  width: number;
  height: number;
}

/** An image's size as its header has it, or undefined where these leading bytes do not tell. */
export function imageSize(type: MediaType, bytes: Uint8Array): ImageSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const size = readers[type]?.(view);
    return size && size.width > 0 && size.height > 0 ? size : undefined;
  } catch (error) {
    // The bytes end before the size.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const readers: Partial<Record<MediaType, (view: DataView) => ImageSize | undefined>> = {
  "image/png": (view) => ({ width: view.getUint32(16), height: view.getUint32(20) }),
  "image/gif": (view) => ({ width: view.getUint16(6, true), height: view.getUint16(8, true) }),
  "image/webp": webp,
  "image/jpeg": jpeg,
};

/** https://developers.google.com/speed/webp/docs/riff_container */
function webp(view: DataView): ImageSize | undefined {
  switch (String.fromCharCode(view.getUint8(15))) {
    case " ":
      // Behind the frame's tag and its start code; the two upper bits are a scale.
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    case "L": {
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case "X": {
      const uint24 = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 0x10000;
      return { width: uint24(24) + 1, height: uint24(27) + 1 };
    }
  }
  return undefined;
}

/** Goes from segment to segment up to the frame's header (C0 to CF but for three tables that lie between). */
function jpeg(view: DataView): ImageSize | undefined {
  for (let at = 2; view.getUint8(at) === 0xff;) {
    const marker = view.getUint8(at + 1);
    // A marker may be preceded by fill bytes.
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    }
    // The scan, or the end: no frame came before.
    if (marker === 0xda || marker === 0xd9) return undefined;
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}
