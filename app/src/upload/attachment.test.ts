import { expect, test } from "vitest";
import { buckets } from "../../../functions/_shared/upload-rules.ts";
import { attach } from "./attachment.ts";

const gif = new TextEncoder().encode("GIF89a\x01\x00\x01\x00\x00\x00\x00;");

test("a file's bytes say its type, whatever its name", async () => {
  const file = new File([gif], "holiday.exe", { type: "image/png" });
  expect(await attach(file)).toEqual({ file, type: "image/gif" });
});

test.each([
  [
    "something else by a picture's name",
    new File(["<script>"], "a.png", { type: "image/png" }),
    /kind of file/,
  ],
  ["an empty file", new File([], "a.png", { type: "image/png" }), /^The file is empty\.$/],
  ["a file over the limit", new File([gif, new Uint8Array(buckets.posts.maxBytes)], "a.gif"), /At most 5 MB/],
])("refuses %s in words", async (_, file, words) => {
  expect(await attach(file)).toEqual({ problem: expect.stringMatching(words) });
});
