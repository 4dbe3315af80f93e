import { mkdirSync, readFileSync, renameSync, writeFileSync, openSync, fsyncSync, closeSync } from "node:fs";
import { EventEmitter } from "node:events";
import { dirname } from "node:path";
import type { Model } from "./model.ts";

/** A keyed set of records, such as all buckets. */
export interface Collection<T> {
  get(key: string): T | undefined;
  list(): readonly T[];
  /** Creates or replaces; on disk before it returns. */
  put(key: string, record: T): void;
  /** True when there was something to delete. */
  delete(key: string): boolean;
}

/**
 * What the local target remembers: plain records in one JSON file, replaced as a whole, so that a process killed at
 * any moment leaves either the state before a change or the one after it.
 */
export class Store {
  readonly #file: string;
  readonly #data: Record<string, Record<string, unknown>>;
  readonly #changes = new EventEmitter();

  constructor(file: string) {
    this.#file = file;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    this.#data = read(file);
    this.#changes.setMaxListeners(0);
  }

  collection<K extends keyof Model & string>(name: K): Collection<Model[K]> {
    const records = (this.#data[name] ??= {}) as Record<string, Model[K]>;
    return {
      get: (key) => (Object.hasOwn(records, key) ? records[key] : undefined),
      list: () => Object.values(records),
      put: (key, record) => {
        records[key] = structuredClone(record);
        this.#changed(name);
      },
      delete: (key) => {
        if (!Object.hasOwn(records, key)) return false;
        delete records[key];
        this.#changed(name);
        return true;
      },
    };
  }

  /** Calls back after each change of that collection; returns how to stop. */
  onChange(name: keyof Model & string, listener: () => void): () => void {
    this.#changes.on(name, listener);
    return () => this.#changes.off(name, listener);
  }

  #changed(name: string): void {
    writeAtomically(this.#file, JSON.stringify(this.#data, undefined, 1));
    this.#changes.emit(name);
  }
}

function read(file: string): Record<string, Record<string, unknown>> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
  return JSON.parse(text) as Record<string, Record<string, unknown>>;
}

/** Readable by its owner alone: the state holds tokens and function secrets. */
export function writeAtomically(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = openSync(temporary, "w", 0o600);
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, file);
}
