import pg from "pg";

/**
 * A worker as the job queue wants it: the effect of a job and its completion are one transaction. `poison` kills it.
 * Run by the tests as a process of its own; DATABASE_URL says where.
 */
const client = new pg.Client({ connectionString: process.env["DATABASE_URL"] });
await client.connect();
await client.query("set role service_role");
for (;;) {
  const { rows } = await client.query<{ id: string; kind: string; payload: { n: number } }>(
    "select * from read_jobs(1, 1)",
  );
  const [job] = rows;
  if (!job) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    continue;
  }
  if (job.kind === "poison") process.kill(process.pid, "SIGKILL");
  await client.query("begin");
  await client.query("insert into effects (n) values ($1)", [job.payload.n]);
  await client.query("select pg_sleep(0.02)");
  try {
    await client.query("select complete_job($1)", [job.id]);
    await client.query("commit");
  } catch {
    await client.query("rollback"); // Another has done it.
  }
}
