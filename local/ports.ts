import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { writeAtomically } from "./state/store.ts";

/** What listens on 127.0.0.1, and where by preference. */
const preferred = {
  front: 4700,
  api: 4701,
  objectStore: 4702,
  postgres: 4703,
  management: 4704,
  redis: 4705,
} as const;

/** Port by service. */
export type Ports = Record<keyof typeof preferred, number>;

/**
 * The ports of this local target: the same at every start, since they are part of what was deployed; another one only
 * where somebody else has taken it.
 */
export async function choosePorts(file: string): Promise<Ports> {
  const remembered = readPorts(file);
  const ports: Partial<Ports> = {};
  for (const name of Object.keys(preferred) as (keyof Ports)[]) {
    const wanted = remembered[name] ?? preferred[name];
    ports[name] = (await isFree(wanted)) ? wanted : await anyFree();
  }
  writeAtomically(file, JSON.stringify(ports, undefined, 2));
  return ports as Ports;
}

function readPorts(file: string): Partial<Ports> {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Partial<Ports>;
  } catch {
    return {}; // Never started here, or not readable: the preferred ones do.
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

function anyFree(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
