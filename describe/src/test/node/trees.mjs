// Prints for each expression, one JSON string a line, the tree that PostgreSQL's own parser makes of it, in the words of Tree.
import { readFileSync } from 'node:fs';
import { parse } from 'libpg-query';

const TYPES = {
  int2: 'smallint', int4: 'integer', int8: 'bigint', float4: 'real', float8: 'double precision', bool: 'boolean', varchar: 'character varying',
  timestamptz: 'timestamp with time zone', timestamp: 'timestamp without time zone', time: 'time without time zone', timetz: 'time with time zone',
};
const [file] = process.argv.slice(2);
const node = (head, text, ...parts) => `(${head}${text === '' ? '' : ` ${text}`}${parts.length === 0 ? '' : ` ${parts.join(' ')}`})`;
const quoted = (name) => (/^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`);
const strings = (list) => list.map((one) => one.String.sval);

function flattened(kind, args) {
  return args.flatMap((one, at) => (at === 0 && one.BoolExpr?.boolop === kind ? flattened(kind, one.BoolExpr.args) : [one]));
}

function type(name) {
  const names = strings(name.names);
  const own = names[0] === 'pg_catalog' ? (TYPES[names[1]] ?? names[1]) : names.map(quoted).join('.');
  const sizes = (name.typmods ?? []).map((one) => one.A_Const.ival?.ival ?? 0);
  const size = sizes.length ? `(${sizes.join(',')})` : '';
  const zone = / with(out)? time zone$/.exec(own);
  const sized = zone ? own.slice(0, zone.index) + size + zone[0] : own + size;
  return sized + '[]'.repeat((name.arrayBounds ?? []).length);
}

function constant(c) {
  if (c.isnull) return node('NULL', '');
  if (c.boolval) return node(c.boolval.boolval ? 'TRUE' : 'FALSE', '');
  if (c.sval) return node('STRING', c.sval.sval ?? '');
  if (c.fval) return node('NUMBER', c.fval.fval);
  return node('NUMBER', String(c.ival?.ival ?? 0));
}

function expression(e) {
  const sign = strings(e.name);
  const name = (sign.length > 1 ? '$' : '') + sign.at(-1);
  const left = e.lexpr ? [tree(e.lexpr)] : [];
  const head = { AEXPR_OP: 'OPERATOR', AEXPR_OP_ANY: 'ANY', AEXPR_OP_ALL: 'ALL', AEXPR_DISTINCT: 'DISTINCT', AEXPR_NOT_DISTINCT: 'NOT_DISTINCT' }[e.kind];
  return node(head, head.endsWith('DISTINCT') ? '' : name, ...left, tree(e.rexpr));
}

function call(c) {
  const names = strings(c.funcname);
  const args = (c.args ?? []).map(tree);
  if (names.at(-1) === 'timezone' && c.funcformat === 'COERCE_SQL_SYNTAX') return node('AT_ZONE', '', args[1], args[0]);
  const own = c.funcformat === 'COERCE_SQL_SYNTAX' ? names.slice(1) : names;
  return node('CALL', own.length === 1 ? own[0] : own.map(quoted).join('.'), ...args);
}

function cases(c) {
  const whens = c.args.flatMap(({ CaseWhen: w }) => [c.arg ? node('OPERATOR', '=', tree(c.arg), tree(w.expr)) : tree(w.expr), tree(w.result)]);
  return node('CASE', '', ...whens, c.defresult ? tree(c.defresult) : node('NULL', ''));
}

function tree(outer) {
  const [kind, e] = Object.entries(outer)[0];
  switch (kind) {
    case 'ColumnRef': return node('COLUMN', strings(e.fields).join('.'));
    case 'A_Const': return constant(e);
    case 'TypeCast': return node('CAST', type(e.typeName), tree(e.arg));
    case 'A_Expr': return expression(e);
    case 'BoolExpr': return node(e.boolop.replace('_EXPR', ''), '', ...flattened(e.boolop, e.args).map(tree));
    case 'NullTest': return node(e.nulltesttype, '', tree(e.arg));
    case 'BooleanTest': return node(e.booltesttype.includes('NOT') ? 'IS_NOT' : 'IS', e.booltesttype.replace(/IS_(NOT_)?/, '').toLowerCase(), tree(e.arg));
    case 'A_ArrayExpr': return node('ARRAY', '', ...(e.elements ?? []).map(tree));
    case 'CoalesceExpr': return node('CALL', 'coalesce', ...e.args.map(tree));
    case 'CollateClause': return node('COLLATE', strings(e.collname).map((n) => `"${n}"`).join('.'), tree(e.arg));
    case 'CaseExpr': return cases(e);
    case 'FuncCall': return call(e);
    default: return `(${kind})`;
  }
}

for (const line of readFileSync(file, 'utf8').split('\n').filter((l) => l !== '')) {
  const { stmts } = await parse(`select ${JSON.parse(line)}`);
  console.log(JSON.stringify(tree(stmts[0].stmt.SelectStmt.targetList[0].ResTarget.val)));
}
