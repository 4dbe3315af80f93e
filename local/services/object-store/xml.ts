import { XMLBuilder, XMLParser, XMLValidator } from "fast-xml-parser";
import type { IncomingMessage } from "node:http";
import { limits } from "./limits.ts";
import { S3Error } from "./s3-error.ts";

const builder = new XMLBuilder({ suppressEmptyNode: false, processEntities: true });
const parser = new XMLParser({ parseTagValue: false, ignoreAttributes: true, trimValues: false });

/** `<?xml …?><Root xmlns=…>…</Root>`; an array repeats its element. */
export function toXml(root: string, content: Readonly<Record<string, unknown>>): string {
  const body = builder.build(content) as string;
  return `<?xml version="1.0" encoding="UTF-8"?><${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${body}</${root}>`;
}

/** The children of the root element that is expected. */
export function fromXml(text: string, root: string): Record<string, unknown> {
  // No entity but the five of XML is ever expanded.
  if (text.includes("<!DOCTYPE") || XMLValidator.validate(text) !== true) throw malformed();
  const content = (parser.parse(text) as Record<string, unknown>)[root];
  if (typeof content !== "object" || content === null) throw malformed();
  return content as Record<string, unknown>;
}

/** An element's occurrences, each an object. */
export function elements(value: unknown): Record<string, unknown>[] {
  const list = value === undefined ? [] : Array.isArray(value) ? (value as unknown[]) : [value];
  if (list.some((item) => typeof item !== "object" || item === null)) throw malformed();
  return list as Record<string, unknown>[];
}

/** An element's text. */
export function textOf(value: unknown): string {
  if (typeof value !== "string") throw malformed();
  return value;
}

/** A small request body, whole. */
export async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limits.xmlBytes) throw new S3Error("EntityTooLarge", "The XML is too large.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Reads what is left of a request that was refused, so that the client gets to read the answer. */
export function discard(request: IncomingMessage): void {
  request.resume();
}

function malformed(): S3Error {
  return new S3Error("MalformedXML", "The XML you provided was not well-formed or did not validate.");
}
