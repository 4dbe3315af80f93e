import sharp from "sharp";
import { drawLandscape } from "../../testing/picture.ts";

const WIDTH = 800;
const HEIGHT = 600;

/** Pictures that weigh what a photograph of their size does, about 65 kB: a drawing with the noise of a sensor. */
export function drawPhotographs(count: number): Promise<Buffer[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, nth) => {
      const noise = await sharp({
        create: {
          width: WIDTH,
          height: HEIGHT,
          channels: 3,
          background: "#808080",
          noise: { type: "gaussian", mean: 128, sigma: 24 },
        },
      })
        .png()
        .toBuffer();
      return sharp(drawLandscape(WIDTH, HEIGHT, nth / count))
        .composite([{ input: noise, blend: "soft-light" }])
        .webp({ quality: 75 })
        .toBuffer();
    }),
  );
}
