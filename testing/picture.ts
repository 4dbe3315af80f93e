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
