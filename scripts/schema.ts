// `npm run schema`: writes migrations/schema.sql, what all migrations together make, read back from
// PostgreSQL's catalogue. For people and for review; tests/schema.test.ts holds it up to date. It
// is made without pg_dump, which the embedded server does not bring, and is never executed.
import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { migrationsDir } from '../server/base/migrate.ts';
import { testDatabase } from '../tests/database.ts';
import startTestServer from '../tests/global-setup.ts';

export const schemaFile = path.join(migrationsDir, 'schema.sql');

const opening = '-- Made by `npm run schema` from the migrations; edit those.\n';

const tablesSql = `
  select c.oid::int, c.relname as name, obj_description(c.oid, 'pg_class') as comment,
    pg_get_partkeydef(c.oid) as partition_key
  from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
    and not c.relispartition and c.relname <> 'schema_migration'
  order by c.relname collate "C"`;

const columnsSql = `
  select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as "notNull",
    pg_get_expr(d.adbin, d.adrelid) as default, a.attgenerated <> '' as generated,
    case when a.attcollation <> t.typcollation then l.collname end as collation
  from pg_attribute a join pg_type t on t.oid = a.atttypid
  left join pg_collation l on l.oid = a.attcollation
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped
  order by a.attnum`;

/** Not-null constraints (type n) stand at their columns already. */
const constraintsSql = `
  select conname as name, pg_get_constraintdef(oid) as definition
  from pg_constraint where conrelid = $1 and contype in ('p', 'u', 'f', 'c', 'x')
  order by array_position(array['p', 'u', 'x', 'f', 'c']::"char"[], contype), conname collate "C"`;

const indexesSql = `
  select pg_get_indexdef(i.indexrelid) as definition
  from pg_index i join pg_class c on c.oid = i.indexrelid
  where i.indrelid = $1
    and not exists (select from pg_constraint where conindid = i.indexrelid and contype <> 'f')
  order by c.relname collate "C"`;

const triggersSql = `
  select pg_get_triggerdef(oid) as definition from pg_trigger
  where tgrelid = $1 and not tgisinternal order by tgname collate "C"`;

const functionsSql = `
  select pg_get_functiondef(p.oid) as definition from pg_proc p
  where p.pronamespace = 'public'::regnamespace and p.prokind in ('f', 'p')
    and not exists (select from pg_depend where objid = p.oid and deptype = 'e')
  order by p.proname collate "C", pg_get_function_identity_arguments(p.oid) collate "C"`;

const othersSql = `
  select 'extension ' || extname as definition from pg_extension where extname <> 'plpgsql'
  union all
  select case typtype when 'e' then 'enum ' else 'domain ' end || typname || ' ' || coalesce(
    (select string_agg(enumlabel, ', ' order by enumsortorder) from pg_enum
      where enumtypid = t.oid),
    format_type(typbasetype, typtypmod))
  from pg_type t where typnamespace = 'public'::regnamespace and typtype in ('e', 'd')
  union all
  select 'view ' || viewname || E'\\n' || definition from pg_views where schemaname = 'public'
  union all
  select 'sequence ' || sequencename from pg_sequences where schemaname = 'public'
  order by 1`;

interface Table {
  readonly oid: number;
  readonly name: string;
  readonly comment: string | null;
  readonly partition_key: string | null;
}

interface Column {
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
  readonly default: string | null;
  readonly generated: boolean;
  readonly collation: string | null;
}

/** The same text for the same schema, whatever order the migrations made it in. */
export async function describeSchema(client: pg.ClientBase): Promise<string> {
  const definitions = async (sql: string, oid?: number) => {
    const { rows } = await client.query<{ definition: string }>(sql, oid ? [oid] : []);
    return rows.map(({ definition }) => definition.trim());
  };
  const parts = [opening];
  for (const definition of await definitions(othersSql)) parts.push(`-- ${definition}\n`);
  const { rows: tables } = await client.query<Table>(tablesSql);
  for (const table of tables) {
    parts.push(await describeTable(client, table));
    const more = [
      ...(await definitions(indexesSql, table.oid)),
      ...(await definitions(triggersSql, table.oid)),
    ];
    if (more.length > 0) parts.push(more.map((each) => `${each};\n`).join(''));
  }
  for (const definition of await definitions(functionsSql)) parts.push(`${definition};\n`);
  return parts.join('\n');
}

async function describeTable(client: pg.ClientBase, table: Table): Promise<string> {
  const columns = await client.query<Column>(columnsSql, [table.oid]);
  const constraints = await client.query<{ name: string; definition: string }>(constraintsSql, [
    table.oid,
  ]);
  const lines = [
    ...columns.rows.map(describeColumn),
    ...constraints.rows.map(({ name, definition }) => `constraint ${name} ${definition}`),
  ];
  const comment = table.comment === null ? '' : `-- ${table.comment}\n`;
  const partition = table.partition_key === null ? '' : ` partition by ${table.partition_key}`;
  return `${comment}create table ${table.name} (\n  ${lines.join(',\n  ')}\n)${partition};\n`;
}

function describeColumn(column: Column): string {
  const words = [column.name, column.type];
  if (column.collation !== null) words.push(`collate "${column.collation}"`);
  if (column.notNull) words.push('not null');
  if (column.default !== null && column.generated) words.push(`generated as (${column.default})`);
  else if (column.default !== null) words.push(`default ${column.default}`);
  return words.join(' ');
}

async function main(): Promise<void> {
  const stopTestServer = await startTestServer();
  try {
    const database = await testDatabase();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    fs.writeFileSync(schemaFile, await describeSchema(client));
    await client.end();
    await database.drop();
    console.log(`wrote ${path.relative(process.cwd(), schemaFile)}`);
  } finally {
    await stopTestServer();
  }
}

if (import.meta.main) await main();
