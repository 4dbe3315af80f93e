import { expect, test } from "vitest";
import { sourceSet } from "./images.ts";

const images = { mediaUrl: "https://media.lavlay.com", transformations: true };
const picture = "https://media.lavlay.com/posts/ada/1.jpg";

test("a picture of the media host comes in each width", () => {
  expect(sourceSet(picture, [480, 800], images)).toBe(
    "https://media.lavlay.com/cdn-cgi/image/width=480,fit=scale-down,format=auto/posts/ada/1.jpg 480w, " +
      "https://media.lavlay.com/cdn-cgi/image/width=800,fit=scale-down,format=auto/posts/ada/1.jpg 800w",
  );
});

test("it comes as it is where nothing resizes it, and so does one of another host", () => {
  expect(sourceSet(picture, [480], { ...images, transformations: false })).toBeUndefined();
  expect(sourceSet("https://media.lavlay.com.evil.test/1.jpg", [480], images)).toBeUndefined();
});
