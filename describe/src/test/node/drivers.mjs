// Reads every row of every table with a driver's own defaults, and tells which of them the schemas of its profile do not take.
// Also writes a new row as a program would, after its schema has taken it.
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import postgres from 'postgres';

const [project, driver, url, ...tables] = process.argv.slice(2);
const modules = await import(pathToFileURL(`${project}/dist/index.js`));
const client = driver === 'node-postgres' ? new pg.Client({ connectionString: url }) : postgres(url, { max: 1, onnotice: () => {} });
if (driver === 'node-postgres') {
  await client.connect();
}
const all = async (sql, values = []) =>
  driver === 'node-postgres' ? (await client.query(sql, values)).rows : [...(await client.unsafe(sql, values))];

let rows = 0;
const failures = [];
for (const table of tables) {
  const [module, name, quoted] = table.split('\t');
  for (const row of await all(`select * from ${quoted}`)) {
    rows++;
    const result = modules[module][`${name}Row`].safeParse(row);
    if (!result.success) {
      failures.push(`${quoted}: ${result.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; ')} ${JSON.stringify(row)}`);
    }
  }
}
if (modules.a?.CheckedInsert) {
  const fresh = { id: '11111111-2222-3333-4444-555555555555', price: 12.5, starts: new Date(0), ends: new Date(1), bytes: Buffer.from([1, 2]), tags: ['x'], doc: { v: 'two' }, code: 'ABC', ratio: 0.5 };
  const { CheckedInsert } = modules.a;
  const told = (change) => CheckedInsert.safeParse({ ...fresh, ...change }).success;
  if (!told({})) {
    failures.push('a good new row is refused');
  }
  const keys = Object.keys(fresh);
  await all(`insert into a.checked (${keys.join(', ')}) values (${keys.map((_, i) => `$${i + 1}`).join(', ')})`, Object.values(fresh));
  for (const bad of [{ price: 12.6 }, { ends: new Date(-1) }, { bytes: Buffer.from([1]) }, { tags: ['nope'] }, { doc: [] }, { code: 'abc' }, { ratio: 2 }, { low: 11 }, { nothing: 1 }]) {
    if (told(bad)) {
      failures.push(`a bad new row is taken: ${JSON.stringify(bad)}`);
    }
  }
}
await client.end();
process.stdout.write(`${rows} rows\n${failures.join('\n')}`);
