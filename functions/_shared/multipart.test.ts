import { parseMultipart } from "@remix-run/multipart-parser";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boundaryOf, endOfForm, FormError, FormReader } from "./multipart.ts";

const boundary = "b0undary";
const delimiter = `\r\n--${boundary}`;

interface Field {
  name: string;
  isFile: boolean;
  content: Uint8Array;
}

/** A form in the given chunks, each of which is spoiled when the next one is asked for. */
async function read(chunks: Iterable<Uint8Array>): Promise<(Field & { offset: number })[]> {
  const form = new FormReader(
    (async function* () {
      for (const chunk of chunks) {
        const borrowed = new Uint8Array(chunk);
        yield borrowed;
        borrowed.fill(0x2d);
      }
    })(),
    boundary,
  );
  const fields = [];
  for (let part = await form.next(); part; part = await form.next()) {
    const content = [];
    for await (const chunk of part.content) content.push(new Uint8Array(chunk));
    const { name, isFile, offset } = part;
    fields.push({ name, isFile, offset, content: new Uint8Array(Buffer.concat(content)) });
  }
  return fields;
}

/** The bytes cut at these places, each a share of a million. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = places.map((place) => Math.floor((place * bytes.length) / 1e6)).sort((a, b) => a - b);
  return [0, ...at]
    .map((start, index) => bytes.subarray(start, at[index] ?? bytes.length))
    .filter((each) => each.length > 0);
}

function write(fields: readonly Field[], end = endOfForm(boundary)): Buffer {
  const parts = fields.flatMap(({ name, isFile, content }) => [
    Buffer.from(
      `${delimiter}\r\nContent-Disposition: form-data; name="${name}"${isFile ? `; filename="a.png"\r\nContent-Type: image/png` : ""}\r\n\r\n`,
    ),
    Buffer.from(content),
  ]);
  return Buffer.concat([...parts, Buffer.from(end)]).subarray(2);
}

/** Contents made of what delimiters are made of, as well as any bytes. */
const content = fc
  .array(
    fc.oneof(
      fc
        .constantFrom("\r", "\n", "\r\n", "-", "--", delimiter.slice(0, -1), delimiter.slice(1), "b0")
        .map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 30 }),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => new Uint8Array(Buffer.concat(pieces)))
  .filter((bytes) => !Buffer.concat([Buffer.from("\r\n\r\n"), bytes]).includes(delimiter));
const field = fc.record({
  name: fc.constantFrom("file", "bucket", "x y", "é"),
  isFile: fc.boolean(),
  content,
});
const fields = fc.array(field, { minLength: 1, maxLength: 6 });
const places = fc.array(fc.nat(1e6), { maxLength: 30 });

describe("FormReader", () => {
  it("reads a form in any chunks, as another parser reads it whole", async () => {
    await fc.assert(
      fc.asyncProperty(fields, places, async (given, at) => {
        const body = write(given);
        const found = await read(cut(body, at));
        expect(found.map(({ name, isFile, content }) => ({ name, isFile, content }))).toEqual(given);
        const others = [...parseMultipart(body, { boundary })];
        expect(found.map(({ content }) => content)).toEqual(others.map((part) => part.bytes));
        for (const { offset, content } of found) {
          expect(body.subarray(offset, offset + content.length).equals(content)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("reads a form byte by byte, and one that ends without a line break", async () => {
    const given = [{ name: "file", isFile: true, content: new Uint8Array(Buffer.from("a\r\n--b0\r\r\n")) }];
    for (const end of [endOfForm(boundary), `${delimiter}--`]) {
      const body = write(given, end);
      const found = await read(Array.from(body, (byte) => Uint8Array.of(byte)));
      expect(found).toMatchObject(given);
    }
  });

  it("refuses a form that is cut anywhere", async () => {
    await fc.assert(
      fc.asyncProperty(fields, fc.nat(1e6), places, async (given, share, at) => {
        const body = write(given);
        // The line break at its end is no loss.
        const length = Math.floor(((body.length - 3) * share) / 1e6);
        await expect(read(cut(body.subarray(0, length), at))).rejects.toThrow(FormError);
      }),
    );
  });

  it("gives content as it comes, and holds none of it", async () => {
    const file = Buffer.alloc(100_000, "x");
    const body = write([{ name: "file", isFile: true, content: file }]);
    let taken = 0;
    const form = new FormReader(
      (async function* () {
        for (let at = 0; at < body.length; at += 1000) {
          taken = at + 1000;
          yield body.subarray(at, at + 1000);
        }
      })(),
      boundary,
    );
    const part = await form.next();
    let given = 0;
    for await (const chunk of part!.content) {
      given += chunk.length;
      expect(taken - given).toBeLessThan(1000 + part!.offset + delimiter.length);
    }
    expect(given).toBe(file.length);
    expect(await form.next()).toBeUndefined();
  });

  it("is not misled by a file's name", async () => {
    const body = write([]).toString();
    const disposition = `form-data; name="file"; filename="a\\"; name=\\"bucket"`;
    const text = `--${boundary}\r\ncontent-disposition:${disposition}\r\n\r\nx\r\n${body}`;
    expect(await read([Buffer.from(text)])).toMatchObject([{ name: "file", isFile: true }]);
  });
});

describe("boundaryOf", () => {
  it.each([
    [`multipart/form-data; boundary=${boundary}`, boundary],
    [`Multipart/Form-Data;charset=utf-8;BOUNDARY="${boundary}"`, boundary],
    ["multipart/form-data; boundary=----WebKitFormBoundary7MA4", "----WebKitFormBoundary7MA4"],
    ["multipart/form-data", undefined],
    ["multipart/form-data; boundary=", undefined],
    [`multipart/form-data; boundary=${"x".repeat(71)}`, undefined],
    [`multipart/mixed; boundary=${boundary}`, undefined],
    [`text/plain; multipart/form-data; boundary=${boundary}`, undefined],
    ["", undefined],
  ])("finds in %j %j", (contentType, expected) => {
    expect(boundaryOf(contentType)).toBe(expected);
  });
});
