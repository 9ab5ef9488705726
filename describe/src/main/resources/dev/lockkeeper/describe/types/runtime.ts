import { z } from 'zod';

/*
 * What the schemas beside this file are made of: values as PostgreSQL compares them, conditions in SQL's logic, and strings
 * that PostgreSQL takes. A value of SQL is null for NULL and undefined where it cannot be told: a column that was left out, or
 * text whose upper and lower case depend on a locale. A check fails only when it is certainly false.
 */

/** A truth of SQL; undefined where it cannot be told. */
export type Truth = boolean | null | undefined;

/** A document as JSON has it. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** An exact number: digits times ten to the power of minus scale; a number that is none has no digits. */
class Exact {
  constructor(
    readonly digits: bigint,
    readonly scale: number,
    readonly special?: 'NaN' | 'Infinity' | '-Infinity',
  ) {}

  at(scale: number): bigint {
    return this.digits * 10n ** BigInt(scale - this.scale);
  }
}

class Document {
  constructor(readonly json: unknown) {}
}

type Value = Exact | Document | bigint | number | string | boolean | Value[] | null | undefined;

// exact numbers

const NUMBER = /^\s*([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:e([+-]?\d{1,6}))?\s*$/i;
const SPECIAL = /^\s*([+-]?)(?:(nan)|(inf(?:inity)?))\s*$/i;
// beyond this the server has no number either (manual, "Numeric Types")
const DEEPEST = 20000;

function exact(text: string): Exact | undefined {
  const special = SPECIAL.exec(text);
  if (special) {
    return special[2] ? (special[1] ? undefined : new Exact(0n, 0, 'NaN')) : new Exact(0n, 0, special[1] === '-' ? '-Infinity' : 'Infinity');
  }
  const parts = NUMBER.exec(text);
  if (!parts) {
    return undefined;
  }
  const fraction = parts[3] ?? parts[4] ?? '';
  const power = Number(parts[5] ?? 0);
  if (Math.abs(power) > DEEPEST) {
    return undefined;
  }
  const digits = BigInt((parts[2] ?? '') + fraction || '0') * (parts[1] === '-' ? -1n : 1n);
  const scale = fraction.length - power;
  return scale >= 0 ? new Exact(digits, scale) : new Exact(digits * 10n ** BigInt(-scale), 0);
}

/** Half away from zero, as numeric is rounded. */
function rounded(value: Exact, scale: number): Exact {
  if (value.special || value.scale <= scale) {
    return value;
  }
  const unit = 10n ** BigInt(value.scale - scale);
  const half = value.digits < 0n ? -unit / 2n : unit / 2n;
  const digits = (value.digits + half) / unit;
  return scale >= 0 ? new Exact(digits, scale) : new Exact(digits * 10n ** BigInt(-scale), 0);
}

function fits(value: Exact, precision: number, scale: number): boolean {
  if (value.special) {
    return value.special === 'NaN';
  }
  const short = rounded(value, scale);
  const digits = short.digits < 0n ? -short.digits : short.digits;
  const limit = precision - scale;
  // digits / 10^scale < 10^limit
  return limit + short.scale >= 0 ? digits < 10n ** BigInt(limit + short.scale) : digits === 0n;
}

function rank(value: Exact): number {
  return value.special === 'NaN' ? 2 : value.special === 'Infinity' ? 1 : value.special === '-Infinity' ? -1 : 0;
}

// values by their types

/** A number; with precision and scale as a column of that size keeps it. */
export function num(value: unknown, precision?: number, scale?: number): Value {
  if (value === null || value === undefined || value instanceof Exact) {
    return value;
  }
  const number = typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' ? exact(String(value)) : undefined;
  return number && precision !== undefined && scale !== undefined ? rounded(number, scale) : number;
}

export function dbl(value: unknown): Value {
  if (value === null || value === undefined || typeof value === 'number') {
    return value;
  }
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : undefined;
}

export function real(value: unknown): Value {
  const double = dbl(value);
  return typeof double === 'number' ? Math.fround(double) : double;
}

/** Text; of a column with a limit, without the blanks that go beyond it. */
export function text(value: unknown, limit?: number): Value {
  if (typeof value !== 'string') {
    return value === null ? null : undefined;
  }
  return limit === undefined ? value : characterList(value).slice(0, limit).join('');
}

/** Text whose blanks at its end do not count. */
export function chars(value: unknown): Value {
  return typeof value === 'string' ? value.replace(/ +$/, '') : value === null ? null : undefined;
}

export function bool(value: unknown): Value {
  return value === null || typeof value === 'boolean' ? value : value === 'true' ? true : value === 'false' ? false : undefined;
}

export function uuid(value: unknown): Value {
  return typeof value === 'string' ? value.toLowerCase() : value === null ? null : undefined;
}

export function bytes(value: unknown): Value {
  if (value instanceof Uint8Array) {
    return Array.from(value, (one) => one.toString(16).padStart(2, '0')).join('');
  }
  return typeof value === 'string' && value.startsWith('\\x') ? value.slice(2).toLowerCase() : value === null ? null : undefined;
}

/** Of a column that takes no NULL, null is the JSON value of that name; of others it cannot be told apart. */
export function json(value: unknown, nullable: boolean, isNew: boolean): Value {
  if (value === undefined) {
    return undefined;
  }
  return value === null && nullable ? (isNew ? null : undefined) : new Document(value);
}

/** Whatever it is: only whether it is NULL can be told. */
export function opaque(value: unknown): Value {
  return value === null ? null : value === undefined ? undefined : true;
}

export function list(value: unknown, element: (one: unknown) => Value): Value {
  return Array.isArray(value) ? value.map(element) : value === null ? null : undefined;
}

const MOMENT = /^(\d{4,7})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?)?(Z|[+-]\d\d(?::?\d\d(?::?\d\d)?)?)?( BC)?$/;
const INFINITE = 10n ** 30n;
const DAY = 86_400_000_000n;

function days(year: number, month: number, day: number): number {
  // days of the proleptic Gregorian calendar, by Howard Hinnant's algorithm
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719468;
}

function isDay(year: number, month: number, day: number): boolean {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const length = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return month >= 1 && month <= 12 && day >= 1 && day <= length;
}

function offset(text: string | undefined): bigint | undefined {
  if (text === undefined || text === 'Z') {
    return 0n;
  }
  const digits = text.slice(1).replace(/:/g, '').padEnd(6, '0');
  const [hours, minutes, seconds] = [0, 2, 4].map((at) => Number(digits.slice(at, at + 2))) as [number, number, number];
  if (hours > 15 || minutes > 59 || seconds > 59) {
    return undefined;
  }
  return BigInt(hours * 3600 + minutes * 60 + seconds) * (text.startsWith('-') ? -1_000_000n : 1_000_000n);
}

/** Microseconds since 1970, of a moment or of a wall clock; undefined for what is none. */
function micros(value: string, zoned: boolean): bigint | undefined {
  if (value === 'infinity' || value === '-infinity') {
    return value === 'infinity' ? INFINITE : -INFINITE;
  }
  const parts = MOMENT.exec(value);
  if (!parts) {
    return undefined;
  }
  const written = Number(parts[1]);
  const year = parts[9] ? 1 - written : written;
  const [month, day, hour, minute, second] = [2, 3, 4, 5, 6].map((at) => Number(parts[at] ?? 0)) as [number, number, number, number, number];
  const shift = offset(zoned ? parts[8] : undefined);
  const clock = hour < 24 || (hour === 24 && minute === 0 && second === 0 && !Number(parts[7] ?? 0));
  if (written === 0 || !isDay(year, month, day) || !clock || minute > 59 || second > 59 || shift === undefined) {
    return undefined;
  }
  const seconds = BigInt(hour * 3600 + minute * 60 + second) * 1_000_000n;
  return BigInt(days(year, month, day)) * DAY + seconds + BigInt((parts[7] ?? '').padEnd(6, '0')) - shift;
}

/** A moment. A Date of a row has lost its microseconds, so that nothing certain can be told of it. */
export function stamp(value: unknown, isNew: boolean): Value {
  if (value instanceof Date) {
    return isNew && !Number.isNaN(value.getTime()) ? BigInt(value.getTime()) * 1000n : undefined;
  }
  return typeof value === 'string' ? micros(value, true) : value === null ? null : undefined;
}

/** A date or a wall clock. Of a Date it depends on the driver which one it is. */
export function wall(value: unknown): Value {
  return typeof value === 'string' ? micros(value, false) : value === null ? null : undefined;
}

export function clock(value: unknown): Value {
  return typeof value === 'string' ? micros(`1970-01-01T${value}`, false) : value === null ? null : undefined;
}

/** A length of time of hours, minutes and seconds. */
export function span(text: string): Value {
  const [hours, minutes, seconds, fraction] = text.replace('-', '').split(/[:.]/);
  const length = BigInt(Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1_000_000n + BigInt((fraction ?? '').padEnd(6, '0'));
  return text.startsWith('-') ? -length : length;
}

function shifted(at: Value, length: Value, sign: bigint): Value {
  return strict([at, length], () =>
    typeof at !== 'bigint' || typeof length !== 'bigint' ? undefined : at === INFINITE || at === -INFINITE ? at : at + sign * length,
  );
}

export const later = (at: Value, length: Value): Value => shifted(at, length, 1n);
export const earlier = (at: Value, length: Value): Value => shifted(at, length, -1n);
export const addDays = (day: Value, number: Value): Value =>
  strict([day, number], () => (number instanceof Exact && !number.special && number.scale === 0 ? shifted(day, number.digits * DAY, 1n) : undefined));
export const toDay = (at: Value): Value =>
  typeof at !== 'bigint' || at === INFINITE || at === -INFINITE ? at : at - (((at % DAY) + DAY) % DAY);

// logic

export function and(...parts: Truth[]): Truth {
  return parts.includes(false) ? false : parts.includes(undefined) ? undefined : parts.includes(null) ? null : true;
}

export function or(...parts: Truth[]): Truth {
  return parts.includes(true) ? true : parts.includes(undefined) ? undefined : parts.includes(null) ? null : false;
}

export function not(part: Truth): Truth {
  return typeof part === 'boolean' ? !part : part;
}

export function isNull(value: Value): Truth {
  return value === undefined ? undefined : value === null;
}

export function isTrue(value: Value): Truth {
  return value === undefined ? undefined : value === true;
}

export function isFalse(value: Value): Truth {
  return value === undefined ? undefined : value === false;
}

export function truth(value: Value): Truth {
  return typeof value === 'boolean' || value === null ? value : undefined;
}

function order(one: Value, other: Value): number | null | undefined {
  if (one === null || other === null) {
    return null;
  }
  if (one === undefined || other === undefined || typeof one !== typeof other) {
    return undefined;
  }
  if (one instanceof Exact && other instanceof Exact) {
    const [a, b] = [rank(one), rank(other)];
    if (a !== 0 || b !== 0) {
      return a - b;
    }
    const scale = Math.max(one.scale, other.scale);
    const difference = one.at(scale) - other.at(scale);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }
  if (typeof one === 'number' && typeof other === 'number' && (Number.isNaN(one) || Number.isNaN(other))) {
    return Number(Number.isNaN(one)) - Number(Number.isNaN(other));
  }
  if (typeof one === 'object' || typeof other === 'object') {
    return undefined;
  }
  return one < other ? -1 : one > other ? 1 : 0;
}

function judged(one: Value, other: Value, holds: (order: number) => boolean): Truth {
  const compared = order(one, other);
  return typeof compared === 'number' ? holds(compared) : compared;
}

type Comparison = (one: Value, other: Value) => Truth;
export const eq: Comparison = (one, other) => judged(one, other, (o) => o === 0);
export const ne: Comparison = (one, other) => judged(one, other, (o) => o !== 0);
export const lt: Comparison = (one, other) => judged(one, other, (o) => o < 0);
export const le: Comparison = (one, other) => judged(one, other, (o) => o <= 0);
export const gt: Comparison = (one, other) => judged(one, other, (o) => o > 0);
export const ge: Comparison = (one, other) => judged(one, other, (o) => o >= 0);

export function distinct(one: Value, other: Value): Truth {
  if (one === undefined || other === undefined) {
    return undefined;
  }
  return one === null || other === null ? one !== other : ne(one, other);
}

function any(comparison: Comparison, value: Value, items: Value): Truth {
  return Array.isArray(items) ? or(...items.map((item) => comparison(value, item))) : items === null ? null : undefined;
}

function all(comparison: Comparison, value: Value, items: Value): Truth {
  return Array.isArray(items) ? and(...items.map((item) => comparison(value, item))) : items === null ? null : undefined;
}

export const anyEq = (value: Value, items: Value): Truth => any(eq, value, items);
export const anyNe = (value: Value, items: Value): Truth => any(ne, value, items);
export const anyLt = (value: Value, items: Value): Truth => any(lt, value, items);
export const anyLe = (value: Value, items: Value): Truth => any(le, value, items);
export const anyGt = (value: Value, items: Value): Truth => any(gt, value, items);
export const anyGe = (value: Value, items: Value): Truth => any(ge, value, items);
export const allEq = (value: Value, items: Value): Truth => all(eq, value, items);
export const allNe = (value: Value, items: Value): Truth => all(ne, value, items);
export const allLt = (value: Value, items: Value): Truth => all(lt, value, items);
export const allLe = (value: Value, items: Value): Truth => all(le, value, items);
export const allGt = (value: Value, items: Value): Truth => all(gt, value, items);
export const allGe = (value: Value, items: Value): Truth => all(ge, value, items);

export function cases(...parts: Value[]): Value {
  for (let at = 0; at + 1 < parts.length; at += 2) {
    if (parts[at] === undefined) {
      return undefined;
    }
    if (parts[at] === true) {
      return parts[at + 1];
    }
  }
  return parts[parts.length - 1];
}

export function coalesce(...parts: Value[]): Value {
  return parts.find((part) => part !== null) ?? (parts.includes(undefined) ? undefined : null);
}

/** What comes of values that are all there; NULL if one is NULL. */
function strict(values: Value[], made: () => Value): Value {
  return values.includes(null) ? null : values.includes(undefined) ? undefined : made();
}

// numbers

const NAN = new Exact(0n, 0, 'NaN');

/** What comes of two numbers; of infinite ones nothing is said. */
function numbers(one: Value, other: Value, made: (a: Exact, b: Exact) => Exact | undefined): Value {
  return strict([one, other], () => {
    if (!(one instanceof Exact && other instanceof Exact)) {
      return undefined;
    }
    const none = one.special === 'NaN' || other.special === 'NaN';
    return none ? NAN : one.special || other.special ? undefined : made(one, other);
  });
}

function aligned(one: Exact, other: Exact, made: (a: bigint, b: bigint) => bigint): Exact {
  const scale = Math.max(one.scale, other.scale);
  return new Exact(made(one.at(scale), other.at(scale)), scale);
}

export const plus = (one: Value, other: Value): Value => numbers(one, other, (a, b) => aligned(a, b, (x, y) => x + y));
export const minus = (one: Value, other: Value): Value => numbers(one, other, (a, b) => aligned(a, b, (x, y) => x - y));
export const times = (one: Value, other: Value): Value => numbers(one, other, (a, b) => new Exact(a.digits * b.digits, a.scale + b.scale));
export const modulo = (one: Value, other: Value): Value =>
  numbers(one, other, (a, b) => (b.digits === 0n ? undefined : aligned(a, b, (x, y) => x % y)));
export const negative = (one: Value): Value => minus(num(0), one);
export const abs = (one: Value): Value => (one instanceof Exact && one.digits < 0n ? negative(one) : one instanceof Exact && one.special === '-Infinity' ? undefined : one);

export const toNumber = (value: Value): Value => (typeof value === 'boolean' ? num(value ? 1 : 0) : value);

export function toDouble(value: Value): Value {
  if (!(value instanceof Exact)) {
    return value === null ? null : undefined;
  }
  return value.special ? Number(value.special) : Number(`${value.digits}e${-value.scale}`);
}

function days2(one: bigint, other: bigint): Value {
  return one === INFINITE || one === -INFINITE || other === INFINITE || other === -INFINITE ? undefined : num((one - other) / DAY);
}

function dayCount(one: Value, other: Value): Value {
  return strict([one, other], () => (typeof one === 'bigint' && typeof other === 'bigint' ? days2(one, other) : undefined));
}
export { dayCount as days };

const finite = (value: Value): Truth =>
  typeof value === 'bigint' ? value !== INFINITE && value !== -INFINITE : value === null ? null : undefined;
export { finite as isFinite };

/** The place of a label among all. */
function place(label: Value, ...labels: Value[]): Value {
  return strict([label], () => (labels.includes(label) ? num(labels.indexOf(label)) : undefined));
}
export { place as rank };

// text

/** Code points, which PostgreSQL counts as characters. */
function characterList(text: string): string[] {
  return Array.from(text);
}

const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text);

function ofText(value: Value, made: (text: string) => Value): Value {
  return typeof value === 'string' ? made(value) : value === null ? null : undefined;
}

function ofTexts(one: Value, other: Value, made: (a: string, b: string) => Value): Value {
  return strict([one, other], () => (typeof one === 'string' && typeof other === 'string' ? made(one, other) : undefined));
}

const utf8 = new TextEncoder();
export const characters = (value: Value): Value => ofText(value, (t) => num(characterList(t).length));
export const octets = (value: Value): Value => ofText(value, (t) => num(utf8.encode(t).length));
function byteCount(value: Value): Value {
  return ofText(value, (t) => num(t.length / 2));
}
export { byteCount as byteLength };
export const lower = (value: Value): Value => ofText(value, (t) => (isAscii(t) ? t.toLowerCase() : undefined));
export const upper = (value: Value): Value => ofText(value, (t) => (isAscii(t) ? t.toUpperCase() : undefined));
export const fold = lower;
export const foldAll = (value: Value): Value => (Array.isArray(value) ? value.map(fold) : value);
export const concat = (one: Value, other: Value): Value => ofTexts(one, other, (a, b) => a + b);
export const startsWith = (one: Value, other: Value): Truth => truth(ofTexts(one, other, (a, b) => a.startsWith(b)));
export const position = (one: Value, other: Value): Value =>
  ofTexts(one, other, (a, b) => num(a.indexOf(b) < 0 ? 0 : characterList(a.slice(0, a.indexOf(b))).length + 1));

function trimmed(value: Value, away: Value, start: boolean, end: boolean): Value {
  return ofTexts(value, away, (text, set) => {
    const all = characterList(text);
    const gone = new Set(characterList(set));
    let [from, to] = [0, all.length];
    while (start && from < to && gone.has(all[from] as string)) {
      from++;
    }
    while (end && to > from && gone.has(all[to - 1] as string)) {
      to--;
    }
    return all.slice(from, to).join('');
  });
}

export const trim = (value: Value, away: Value): Value => trimmed(value, away, true, true);
export const trimLeft = (value: Value, away: Value): Value => trimmed(value, away, true, false);
export const trimRight = (value: Value, away: Value): Value => trimmed(value, away, false, true);

function part(value: Value, length: Value, cut: (all: string[], length: number) => string[]): Value {
  return strict([value, length], () =>
    typeof value === 'string' && length instanceof Exact ? cut(characterList(value), Number(length.digits)).join('') : undefined,
  );
}

/** Of a length below zero all but so many. */
export const left = (value: Value, length: Value): Value => part(value, length, (all, n) => all.slice(0, n));
export const right = (value: Value, length: Value): Value =>
  part(value, length, (all, n) => (n > 0 ? all.slice(Math.max(0, all.length - n)) : n < 0 ? all.slice(-n) : []));

/** Whether a text has a form; of some forms nothing is certain beyond ASCII. */
export function matches(value: Value, form: RegExp, ascii: boolean): Truth {
  return truth(ofText(value, (t) => (ascii && !isAscii(t) ? undefined : form.test(t))));
}

// lists

function ofList(value: Value, made: (items: Value[]) => Value): Value {
  return Array.isArray(value) ? made(value) : value === null ? null : undefined;
}

const isNested = (items: Value[]): boolean => items.some(Array.isArray);
export const cardinality = (value: Value): Value => ofList(value, (items) => (isNested(items) ? undefined : num(items.length)));
export const arrayLength = (value: Value): Value => ofList(value, (items) => (items.length === 0 ? null : num(items.length)));

export function arrayPosition(value: Value, sought: Value): Value {
  return ofList(value, (items) => {
    if (sought === undefined || items.includes(undefined) || isNested(items)) {
      return undefined;
    }
    const at = items.findIndex((item) => distinct(item, sought) === false);
    return at < 0 ? null : num(at + 1);
  });
}

/** A NULL among the elements is equal to none. */
function has(items: Value[], sought: Value): Truth {
  return sought === null ? false : or(...items.map((item) => (item === null ? false : eq(item, sought))));
}

export const contains = (value: Value, other: Value): Truth =>
  truth(ofList(value, (items) => ofList(other, (parts) => and(...parts.map((one) => has(items, one))))));
export const overlaps = (value: Value, other: Value): Truth =>
  truth(ofList(value, (items) => ofList(other, (parts) => or(...parts.map((one) => has(items, one))))));

export const nonNulls = (...values: Value[]): Value =>
  values.includes(undefined) ? undefined : num(values.filter((value) => value !== null).length);
export const nulls = (...values: Value[]): Value =>
  values.includes(undefined) ? undefined : num(values.filter((value) => value === null).length);

// documents

function ofDocument(value: Value, made: (json: unknown) => Value): Value {
  return value instanceof Document ? made(value.json) : value === null ? null : undefined;
}

const isObject = (json: unknown): json is Record<string, unknown> => typeof json === 'object' && json !== null && !Array.isArray(json);

export const jsonType = (value: Value): Value =>
  ofDocument(value, (json) => (json === null ? 'null' : Array.isArray(json) ? 'array' : typeof json));

export const jsonField = (value: Value, key: Value): Value =>
  ofDocument(value, (json) =>
    ofText(key, (name) => (isObject(json) && Object.hasOwn(json, name) ? new Document(json[name]) : null)),
  );

/** How a number was written is lost. */
export const jsonText = (value: Value, key: Value): Value => {
  const field = jsonField(value, key);
  return ofDocument(field, (json) => (json === null ? null : typeof json === 'string' ? json : typeof json === 'boolean' ? String(json) : undefined));
};

export const jsonHas = (value: Value, key: Value): Truth =>
  truth(
    ofDocument(value, (json) =>
      ofText(key, (name) => (isObject(json) ? Object.hasOwn(json, name) : Array.isArray(json) ? json.includes(name) : json === name)),
    ),
  );

export const jsonHasAll = (value: Value, keys: Value): Truth =>
  truth(ofList(keys, (names) => and(...names.filter((name) => name !== null).map((name) => jsonHas(value, name)))));
export const jsonHasAny = (value: Value, keys: Value): Truth =>
  truth(ofList(keys, (names) => or(...names.filter((name) => name !== null).map((name) => jsonHas(value, name)))));
export const jsonLength = (value: Value): Value => ofDocument(value, (json) => (Array.isArray(json) ? num(json.length) : undefined));

/** Whether it is {} or []. */
export const jsonEmpty = (value: Value, form: string): Truth =>
  truth(ofDocument(value, (json) => typeof json === 'object' && json !== null && Array.isArray(json) === (form === '[]') && Object.keys(json).length === 0));

// schemas

/** What a row says where a new one leaves the column out. */
export function otherwise(value: unknown, fallback: string | null | undefined): unknown {
  return value === undefined ? fallback : value;
}

/** Reports a check that does not hold, under its name. */
export function hold<T>(context: z.RefinementCtx<T>, name: string, path: string[], verdict: Value, input: T): void {
  if (verdict === false) {
    context.addIssue({ code: 'custom', message: `does not meet the check ${name}`, path, params: { constraint: name }, input });
  }
}

function string(holds: (text: string) => boolean, message: string): z.ZodString {
  return z.string().refine(holds, { message });
}

const isStorable = (text: string): boolean => !text.includes('\0') && !/\p{Surrogate}/u.test(text);

/** Text that PostgreSQL can keep: it has no character of number zero, and no half of a surrogate pair. */
export const storable = (): z.ZodString => string(isStorable, 'holds a character that PostgreSQL cannot keep');

/** At most so many characters; new text may have blanks beyond them. */
export const varchar = (limit: number, isNew: boolean): z.ZodString =>
  string(
    (t) => (!isNew || isStorable(t)) && (characterList(t).length <= limit || (isNew && characterList(t).slice(limit).every((c) => c === ' '))),
    `has more than ${limit} characters`,
  );

/** Exactly so many characters in a row; a new one is filled up. */
export const char = (length: number, isNew: boolean): z.ZodString =>
  isNew ? varchar(length, true) : string((t) => characterList(t).length === length, `has not ${length} characters`);

const isInt64 = (text: string): boolean => /^[+-]?\d{1,40}$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text);
export const int64 = (): z.ZodString => string((t) => isInt64(t.replace(/^\+/, '')), 'is no whole number of 64 bits');

export const numeric = (isNew: boolean, precision?: number, scale?: number): z.ZodString =>
  string((t) => isNumeric(t, isNew, precision, scale), precision === undefined ? 'is no number' : `is no number of ${precision} digits, ${scale ?? 0} after the point`);

function isNumeric(text: string, isNew: boolean, precision?: number, scale?: number): boolean {
  const value = exact(text);
  if (value === undefined) {
    return false;
  }
  if (precision === undefined || scale === undefined) {
    return true;
  }
  return fits(value, precision, scale) && (isNew || value.special !== undefined || value.scale === Math.max(scale, 0));
}

/** A number as text or as a number, as drivers take it. */
export const anyInt64 = (): z.ZodUnion<[z.ZodString, z.ZodInt, z.ZodBigInt]> =>
  z.union([int64(), z.int(), z.bigint().refine((b) => BigInt.asIntN(64, b) === b)]);
export const anyNumeric = (precision?: number, scale?: number): z.ZodUnion<[z.ZodString, z.ZodNumber, z.ZodBigInt]> =>
  z.union([
    numeric(true, precision, scale),
    z.number().refine((n) => isNumeric(String(n), true, precision, scale)),
    z.bigint().refine((b) => isNumeric(String(b), true, precision, scale)),
  ]);
/** Within a composite value JSON numbers are not turned into text. */
export const innerNumber = (): z.ZodUnion<[z.ZodNumber, z.ZodString]> => z.union([z.number(), z.string()]);

const inSingle = (n: number): boolean => Number.isFinite(Math.fround(n)) && (n === 0 || Math.fround(n) !== 0);
/** JSON has no word for what is no number. */
export const float = (single: boolean): z.ZodUnion<[z.ZodNumber, z.ZodEnum<{ NaN: 'NaN'; Infinity: 'Infinity'; '-Infinity': '-Infinity' }>]> =>
  z.union([single ? z.number().refine(inSingle, { message: 'is out of the range of real' }) : z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]);
export const driverFloat = (single: boolean): z.ZodCustom<number, number> =>
  z.custom<number>((n) => typeof n === 'number' && (!single || !Number.isFinite(n) || inSingle(n)), { message: 'is no number of that range' });

// the first day of PostgreSQL's calendar, 4714-11-24 BC
const FIRST_DAY = days(-4713, 11, 24);
const EARLIEST = BigInt(FIRST_DAY) * DAY;
const isMoment = (text: string, zoned: boolean, latest: number): boolean => {
  const at = micros(text, zoned);
  return at !== undefined && (at === INFINITE || at === -INFINITE || (at >= EARLIEST && at < BigInt(days(latest, 1, 1)) * DAY));
};

export const timestamptz = (): z.ZodString =>
  string((t) => (/[T ].*(Z|[+-]\d\d[\d:]*)( BC)?$/.test(t) || /^-?infinity$/.test(t)) && isMoment(t, true, 294277), 'is no timestamp with an offset');
export const timestamp = (): z.ZodString =>
  string((t) => (/[T ][\d:.]+( BC)?$/.test(t) || /^-?infinity$/.test(t)) && isMoment(t, false, 294277), 'is no timestamp without an offset');
export const date = (): z.ZodString =>
  string((t) => (/^\d{4,7}-\d\d-\d\d( BC)?$/.test(t) || /^-?infinity$/.test(t)) && isDate(t), 'is no date');

function isDate(text: string): boolean {
  const parts = /^(\d+)-(\d\d)-(\d\d)( BC)?$/.exec(text);
  if (!parts) {
    return true;
  }
  const written = Number(parts[1]);
  const year = parts[4] ? 1 - written : written;
  return written > 0 && isDay(year, Number(parts[2]), Number(parts[3])) && year < 5874898 && days(year, Number(parts[2]), Number(parts[3])) >= FIRST_DAY;
}

const CLOCK = /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?$|^24:00(?::00(?:\.0{1,6})?)?$/;
export const time = (): z.ZodString => string((t) => CLOCK.test(t), 'is no time of day');
export const timetz = (): z.ZodString =>
  string((t) => {
    const zone = t.search(/[Z+-]/);
    return zone > 0 && CLOCK.test(t.slice(0, zone)) && /^(Z|[+-](0\d|1[0-5])(:?[0-5]\d(:?[0-5]\d)?)?)$/.test(t.slice(zone));
  }, 'is no time of day with an offset');
/** A document; jsonb keeps no character that text cannot have. What a row has is JSON already. */
export const document = (isNew: boolean): z.ZodType<Json, Json> =>
  isNew
    ? z.json().refine((d) => isStorableDocument(d), { message: 'holds a character that PostgreSQL cannot keep' })
    : z.custom<Json>((d) => d !== undefined, { message: 'is no document' });

function isStorableDocument(json: unknown): boolean {
  return typeof json === 'string'
    ? isStorable(json)
    : typeof json !== 'object' || json === null || Object.entries(json).every(([key, value]) => isStorable(key) && isStorableDocument(value));
}

/** Bytes as text: \x and two digits for each. */
export const hex = (): z.ZodString => string((t) => /^\\x([0-9a-fA-F]{2})*$/.test(t), 'is no bytes in hexadecimal');
export const buffer = (): z.ZodCustom<Uint8Array, Uint8Array> => z.custom<Uint8Array>((b) => b instanceof Uint8Array, { message: 'is no bytes' });
/** A moment as drivers give it; what is infinite is no Date to some, and an invalid one to others. */
export const moment = (): z.ZodCustom<Date | number, Date | number> =>
  z.custom<Date | number>((d) => d instanceof Date || d === Infinity || d === -Infinity, { message: 'is no Date' });
/** What no other schema knows. */
export const unknown = (): z.ZodUnknown => z.unknown();
/** Text of a type of which only the server knows what it may be. */
export const opaqueText = (isNew: boolean): z.ZodString => (isNew ? storable() : z.string());
