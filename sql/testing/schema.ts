import { query } from "../../local/services/postgres/testing.ts";

/** What makes up the schema, in words that are the same for the same schema, and the history of what was applied. */
export async function describeSchema(url: string): Promise<string[]> {
  const rows = await query<{ line: string }>(
    url,
    `with ours as (
       select oid, nspname from pg_namespace where nspname in ('public', 'private', 'partitions', 'retired'))
     select format('column %s.%s %s %s %s', nspname, relname, attname, format_type(atttypid, atttypmod), attnotnull) as line
       from pg_attribute join pg_class on pg_class.oid = attrelid join ours on ours.oid = relnamespace
       where attnum > 0 and not attisdropped and relkind in ('r', 'p', 'm', 'v')
     union select indexdef from pg_indexes join ours on nspname = schemaname
     union select format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(pg_constraint.oid))
       from pg_constraint join ours on ours.oid = connamespace
     union select format('policy %s %s %s %s %s', tablename, policyname, roles, cmd, qual)
       from pg_policies join ours on nspname = schemaname
     union select format('grant %s %s %s', table_name, grantee, privilege_type)
       from information_schema.role_table_grants join ours on nspname = table_schema
     union select pg_get_triggerdef(pg_trigger.oid) from pg_trigger join pg_class on pg_class.oid = tgrelid
       join ours on ours.oid = relnamespace where not tgisinternal
     union select pg_get_functiondef(pg_proc.oid) from pg_proc join ours on ours.oid = pronamespace
     union select format('options %s %s', pg_class.oid::regclass, reloptions) from pg_class join ours on ours.oid = relnamespace
     union select format('applied %s %s', version, name) from supabase_migrations.schema_migrations
     order by 1`,
  );
  return rows.map(({ line }) => line);
}
