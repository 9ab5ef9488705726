// Tells of each case, a line of module, table, new row and stored row, what the compiled schemas of a package say of it.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [project, file] = process.argv.slice(2);
const modules = await import(pathToFileURL(`${project}/dist/index.js`));

function told(result) {
  return result.success ? '1' : result.error.issues.map((i) => `${i.path.map(String).join('.')}: ${i.message}`).join('; ').replace(/\s/g, ' ');
}

const verdicts = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => {
    const [module, name, given, stored] = line.split('\t');
    const [row, insert] = ['Row', 'Insert'].map((kind) => modules[module][name + kind]);
    const first = told(insert.safeParse(JSON.parse(given)));
    if (!stored) {
      return [first, '', ''].join('\t');
    }
    const back = JSON.parse(stored);
    const keys = Object.keys(insert.shape);
    const again = Object.fromEntries(Object.entries(back).filter(([key]) => keys.includes(key)));
    return [first, told(row.safeParse(back)), told(insert.safeParse(again))].join('\t');
  });
process.stdout.write(verdicts.join('\n') + '\n');
