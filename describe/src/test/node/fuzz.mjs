// Tells of each case, a line of file, module, table, new row and stored row, what the compiled schemas of a package and the
// JSON Schemas beside it say of it.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const [project, cases] = process.argv.slice(2);
const modules = await import(pathToFileURL(`${project}/dist/index.js`));
const validators = new Map();

function validator(file, name) {
  if (!validators.has(file)) {
    const ajv = new Ajv({ strict: false, allErrors: false });
    addFormats(ajv);
    ajv.addSchema(JSON.parse(readFileSync(`${project}/../json-schema/${file}.schema.json`, 'utf8')), 'file');
    validators.set(file, ajv);
  }
  return validators.get(file).getSchema(`file#/$defs/${name}`);
}

const plain = (text) => text.replace(/\s/g, ' ');

function told(result) {
  return result.success ? '1' : plain(result.error.issues.map((i) => `${i.path.map(String).join('.')}: ${i.message}`).join('; '));
}

function judged(validate, value) {
  return validate(value) ? '1' : plain(validate.errors.map((e) => `${e.instancePath} ${e.message}`).join('; '));
}

const verdicts = readFileSync(cases, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => {
    const [file, module, name, given, stored] = line.split('\t');
    const [row, insert] = ['Row', 'Insert'].map((kind) => modules[module][name + kind]);
    const [rowSchema, insertSchema] = ['Row', 'Insert'].map((kind) => validator(file, name + kind));
    const fresh = JSON.parse(given);
    const first = told(insert.safeParse(fresh));
    const firstSchema = judged(insertSchema, fresh);
    if (!stored) {
      return [first, '', '', firstSchema, '', ''].join('\t');
    }
    const back = JSON.parse(stored);
    const keys = Object.keys(insert.shape);
    const again = Object.fromEntries(Object.entries(back).filter(([key]) => keys.includes(key)));
    return [first, told(row.safeParse(back)), told(insert.safeParse(again)), firstSchema, judged(rowSchema, back), judged(insertSchema, again)].join('\t');
  });
process.stdout.write(verdicts.join('\n') + '\n');
