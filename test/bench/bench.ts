/** `npm run bench`: every bench beside this file, each figure beside its rival of the same run; writes `bench/results.json`. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

type Row = {
  name: string;
  value: number;
  unit: string;
  rival?: { name: string; value: number };
  ratio?: number;
  aim?: string;
};
type Bench = { title: string; run: () => Promise<Row[]> };

const here = import.meta.dirname;
const results: { title: string; rows: Row[] }[] = [];
for (const file of readdirSync(here).filter((name) => name.endsWith('.bench.ts'))) {
  const { title, run } = (await import(join(here, file))) as Bench;
  const rows = await run();
  results.push({ title, rows });
  console.log(`\n${title}`);
  for (const { name, value, unit, rival, ratio, aim } of rows) {
    const beside = rival ? `; ${rival.name} ${rival.value}` : '';
    console.log(
      `  ${name}: ${value} ${unit}${beside}${ratio === undefined ? '' : `; ratio ${ratio}`}${aim ? ` (aim: ${aim})` : ''}`,
    );
  }
}
const folder = join(here, '../../bench');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'results.json'), `${JSON.stringify({ node: process.version, results }, null, 2)}\n`);
