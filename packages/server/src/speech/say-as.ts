/**
 * SSML `say-as` as words that any engine reads right: digits one by one, ordinals with the ending of their language,
 * dates with the month's name. What a language or a value does not allow stays as written, as SSML asks.
 */
import type { SayAs } from './speech-document.ts';

/** The text to say in place of `text`, in `language` (BCP 47). `characters` is left to the engine: letters have names. */
export function spoken(text: string, sayAs: SayAs, language: string): string {
  switch (sayAs.as) {
    case 'digits':
    case 'digit':
      return digitByDigit(text);
    case 'telephone':
      return telephone(text);
    case 'cardinal':
    case 'number':
      return sayAs.format === 'ordinal' ? ordinal(text, language) : cardinal(text);
    case 'ordinal':
      return ordinal(text, language);
    case 'date':
      return date(text, sayAs.format, language);
    default:
      return text;
  }
}

/** Whether the engine must spell the text out. */
export function isSpelled(sayAs: SayAs | undefined): boolean {
  return sayAs !== undefined && ['characters', 'spell-out', 'verbatim'].includes(sayAs.as);
}

function digitByDigit(text: string): string {
  return text.replaceAll(/\d(?=\s*\d)/g, '$& ');
}

/** `+49 (30) 12-34` becomes `+4 9, 3 0, 1 2, 3 4`: a short rest where the writer grouped. */
function telephone(text: string): string {
  const groups = text.match(/\+?\d+|[*#]|\p{L}+/gu) ?? [];
  return groups.map(digitByDigit).join(', ');
}

/** Grouping blanks and leading zeros would be read out: `007` is seven, `1 234` is one number. */
function cardinal(text: string): string {
  return text
    .trim()
    .replaceAll(/(?<=\d)[\s'’](?=\d{3}\b)/g, '')
    .replace(/^([+-]?)0+(?=\d)/, '$1');
}

const ordinalEndings: ReadonlyMap<string, (value: number) => string> = new Map([
  ['en', (value: number) => `${value}${englishEnding(value)}`],
  ['fr', (value: number) => (value === 1 ? 'premier' : `${value}ème`)],
  ['es', (value: number) => `${value}º`],
  ['it', (value: number) => `${value}º`],
  ['pt', (value: number) => `${value}º`],
  ['sv', (value: number) => `${value}:e`],
  ['de', germanOrdinal],
]);

function ordinal(text: string, language: string): string {
  const digits = /^\s*0*(\d{1,9})\D{0,3}\s*$/.exec(text)?.[1];
  const ending = ordinalEndings.get(primaryOf(language));
  return digits === undefined || ending === undefined ? text : ending(Number(digits));
}

function englishEnding(value: number): string {
  const tens = value % 100;
  if (tens >= 11 && tens <= 13) return 'th';
  return ['th', 'st', 'nd', 'rd'][value % 10] ?? 'th';
}

const germanUnits = ['', 'ein', 'zwei', 'drei', 'vier', 'fünf', 'sechs', 'sieben', 'acht', 'neun'];
const germanTens = [
  '',
  '',
  'zwanzig',
  'dreißig',
  'vierzig',
  'fünfzig',
  'sechzig',
  'siebzig',
  'achtzig',
  'neunzig',
];
const germanSmall = (
  'nullte erste zweite dritte vierte fünfte sechste siebte achte neunte zehnte elfte zwölfte dreizehnte vierzehnte ' +
  'fünfzehnte sechzehnte siebzehnte achtzehnte neunzehnte'
).split(' ');

/** Words up to 99, which is what queues, floors and days need; beyond that the engine reads the number. */
function germanOrdinal(value: number): string {
  const small = germanSmall[value];
  if (small !== undefined) return small;
  const tens = germanTens[Math.floor(value / 10)];
  if (value > 99 || tens === undefined) return `${value}`;
  const units = germanUnits[value % 10];
  return `${units === undefined || units === '' ? '' : `${units}und`}${tens}ste`;
}

/** Order of the parts by the W3C say-as formats; without one, ISO 8601. */
function date(text: string, format: string, language: string): string {
  const parts = text.match(/\d+/g)?.map(Number) ?? [];
  const order = format === '' && /^\s*\d{4}\D/.test(text) ? 'ymd' : format;
  if (!/^(?=.*[dmy])[dmy]{1,3}$/.test(order) || order.length !== parts.length) return text;
  const at = (part: string): number | undefined => parts[order.indexOf(part)];
  return writtenDate({ day: at('d'), month: at('m'), year: at('y') }, language) ?? text;
}

interface DateParts {
  readonly day: number | undefined;
  readonly month: number | undefined;
  readonly year: number | undefined;
}

function writtenDate({ day, month, year }: DateParts, language: string): string | undefined {
  if (month === undefined) return undefined;
  const at = new Date(Date.UTC(2000, month - 1, day ?? 1));
  if (year !== undefined) at.setUTCFullYear(year, month - 1, day ?? 1);
  if (at.getUTCMonth() !== month - 1 || at.getUTCDate() !== (day ?? 1)) return undefined;
  if (Intl.DateTimeFormat.supportedLocalesOf([language]).length === 0) return undefined;
  const fields: Intl.DateTimeFormatOptions = {
    month: 'long',
    timeZone: 'UTC',
    calendar: 'gregory',
    numberingSystem: 'latn',
  };
  if (day !== undefined) fields.day = 'numeric';
  if (year !== undefined) fields.year = 'numeric';
  return new Intl.DateTimeFormat(language, fields).format(at);
}

function primaryOf(language: string): string {
  return language.toLowerCase().split('-')[0] ?? '';
}
