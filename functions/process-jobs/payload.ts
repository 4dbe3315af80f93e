import { BadJob, type Job } from "./worker.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function optionalText({ payload }: Job, name: string): string | undefined {
  const value = payload[name];
  return typeof value === "string" ? value : undefined;
}

/** Throws {@link BadJob} where there is none. */
export function id(job: Job, name: string): string {
  const value = optionalText(job, name);
  if (value === undefined || !uuid.test(value)) throw new BadJob(`${name} is no id`);
  return value;
}
