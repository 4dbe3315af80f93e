import { crc32, deflateSync } from "node:zlib";

/** Red, green and blue, 0 to 255 each. */
type Colour = readonly [number, number, number];

/** A PNG whose pixels have the colour of their place; `x` and `y` run from 0 to 1. */
export function drawPng(width: number, height: number, colourAt: (x: number, y: number) => Colour): Buffer {
  // Each row begins with its filter: 0, none.
  const row = 1 + 3 * width;
  const pixels = Buffer.alloc(height * row);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) pixels.set(colourAt(x / width, y / height), y * row + 1 + 3 * x);

  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits for each of three colours.
  header.set([8, 2], 8);
  const signature = Buffer.from("89504e470d0a1a0a", "hex");
  const chunks = [chunk("IHDR", header), chunk("IDAT", deflateSync(pixels)), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([signature, ...chunks]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "ascii"), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  chunk.set(body, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return chunk;
}

/** A calm landscape under a low sun, as PNG: three ridges, each darker than the one behind it. Its hue is 0 to 1. */
export function drawLandscape(width: number, height: number, hue: number): Buffer {
  const sky = wheel(hue);
  const land = wheel(hue + 0.55);
  const ridge = (x: number, nth: number) =>
    0.45 + 0.16 * nth + 0.07 * Math.sin(5 * x + 2.3 * nth + 9 * hue) + 0.03 * Math.sin(13 * x + 5 * nth);
  return drawPng(width, height, (x, y) => {
    const nth = [2, 1, 0].find((each) => y > ridge(x, each));
    if (nth !== undefined) return mix(land, [24, 20, 48], 0.25 + 0.25 * nth);
    const isSun = Math.hypot((x - 0.68) * width, (y - 0.32) * height) < 0.09 * height;
    return mix(sky, [255, 246, 224], isSun ? 0.95 : 0.3 + 0.9 * y);
  });
}

function wheel(hue: number): Colour {
  const channel = (shift: number) => 128 + 92 * Math.cos(2 * Math.PI * (hue + shift));
  return [channel(0), channel(1 / 3), channel(2 / 3)];
}

/** From one colour to another, by a share of 0 to 1. */
function mix(from: Colour, to: Colour, share: number): Colour {
  const part = Math.min(1, share);
  const channel = (nth: 0 | 1 | 2) => from[nth] * (1 - part) + to[nth] * part;
  return [channel(0), channel(1), channel(2)];
}
