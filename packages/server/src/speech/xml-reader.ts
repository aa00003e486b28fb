/**
 * Reads the small part of XML that speech markup needs: elements, attributes, character data, comments, CDATA and the
 * predefined and numeric references. A document type is refused, so no entity can be declared or fetched.
 */
import type { Result, TextPosition } from './provider.ts';
import { speechLimits } from './limits.ts';

export interface XmlAttribute {
  readonly value: string;
  /** Offset of the attribute's name. */
  readonly offset: number;
}

export type XmlEvent =
  | {
      readonly kind: 'open';
      readonly name: string;
      readonly attributes: ReadonlyMap<string, XmlAttribute>;
      readonly offset: number;
    }
  | { readonly kind: 'close'; readonly name: string; readonly offset: number }
  | { readonly kind: 'text'; readonly text: string; readonly offset: number };

/** Thrown inside this folder's parsers only; `readXml` and `parseSsml` turn it into a value. */
export class MarkupError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

interface Cursor {
  readonly source: string;
  at: number;
  readonly open: string[];
  readonly events: XmlEvent[];
  rootSeen: boolean;
}

const namePattern = /[A-Za-z_:][\w:.-]*/y;
const attributePattern = /\s+([A-Za-z_:][\w:.-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const tagEndPattern = /\s*(\/?)>/y;
const namedReferences: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** Events of one whole document, or `badMarkup` with the place of the first fault. */
export function readXml(source: string): Result<readonly XmlEvent[]> {
  return markupResult(source, () => {
    const cursor: Cursor = { source, at: 0, open: [], events: [], rootSeen: false };
    while (cursor.at < source.length) readPiece(cursor);
    const unclosed = cursor.open.at(-1);
    if (unclosed !== undefined) throw new MarkupError(`<${unclosed}> is never closed`, source.length);
    if (!cursor.rootSeen) throw new MarkupError('there is no element', 0);
    return cursor.events;
  });
}

/** Runs a parser that throws `MarkupError` and gives its outcome as a value. */
export function markupResult<T>(source: string, parse: () => T): Result<T> {
  try {
    return { ok: true, value: parse() };
  } catch (error) {
    if (!(error instanceof MarkupError)) throw error;
    const position = positionOf(source, error.offset);
    const message = `${error.message} (line ${position.line}, column ${position.column})`;
    return { ok: false, error: { kind: 'badMarkup', message, position } };
  }
}

function positionOf(source: string, offset: number): TextPosition {
  const before = source.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { offset, line: before.split('\n').length, column: offset - lineStart + 1 };
}

function readPiece(cursor: Cursor): void {
  const { source, at } = cursor;
  if (source[at] !== '<') return readText(cursor);
  if (source.startsWith('<!--', at)) return skipPast(cursor, '-->', 'a comment');
  if (source.startsWith('<?', at)) return skipPast(cursor, '?>', 'a processing instruction');
  if (source.startsWith('<![CDATA[', at)) return readCdata(cursor);
  if (source.startsWith('<!', at)) throw new MarkupError('a document type is not allowed here', at);
  if (source.startsWith('</', at)) return readClose(cursor);
  readOpen(cursor);
}

function skipPast(cursor: Cursor, end: string, what: string): void {
  const found = cursor.source.indexOf(end, cursor.at);
  if (found < 0) throw new MarkupError(`${what} is never closed`, cursor.at);
  cursor.at = found + end.length;
}

function readCdata(cursor: Cursor): void {
  const offset = cursor.at;
  skipPast(cursor, ']]>', 'a CDATA section');
  emitText(cursor, cursor.source.slice(offset + '<![CDATA['.length, cursor.at - ']]>'.length), offset);
}

function readText(cursor: Cursor): void {
  const offset = cursor.at;
  const next = cursor.source.indexOf('<', offset);
  cursor.at = next < 0 ? cursor.source.length : next;
  emitText(cursor, decodeReferences(cursor.source.slice(offset, cursor.at), offset), offset);
}

function emitText(cursor: Cursor, text: string, offset: number): void {
  if (cursor.open.length > 0) {
    cursor.events.push({ kind: 'text', text, offset });
  } else if (text.trim() !== '') {
    throw new MarkupError('text outside the root element', offset);
  }
}

function readOpen(cursor: Cursor): void {
  const offset = cursor.at;
  if (cursor.rootSeen && cursor.open.length === 0) {
    throw new MarkupError('a second root element', offset);
  }
  const name = match(namePattern, cursor.source, offset + 1)?.[0];
  if (name === undefined) {
    throw new MarkupError('"<" begins no element; write &lt; for the character', offset);
  }
  cursor.at = offset + 1 + name.length;
  const attributes = readAttributes(cursor);
  const end = match(tagEndPattern, cursor.source, cursor.at);
  if (!end) throw new MarkupError(`the tag <${name}> is malformed or never closed`, cursor.at);
  cursor.at += end[0].length;
  cursor.rootSeen = true;
  cursor.events.push({ kind: 'open', name, attributes, offset });
  if (end[1] === '/') cursor.events.push({ kind: 'close', name, offset });
  else pushOpen(cursor, name, offset);
}

function pushOpen(cursor: Cursor, name: string, offset: number): void {
  if (cursor.open.length >= speechLimits.elementDepth) {
    throw new MarkupError(`elements are nested more than ${speechLimits.elementDepth} deep`, offset);
  }
  cursor.open.push(name);
}

function readAttributes(cursor: Cursor): ReadonlyMap<string, XmlAttribute> {
  const attributes = new Map<string, XmlAttribute>();
  for (;;) {
    const found = match(attributePattern, cursor.source, cursor.at);
    if (!found) return attributes;
    const [whole, name = '', double, single] = found;
    const offset = cursor.at + whole.indexOf(name);
    if (attributes.has(name)) throw new MarkupError(`the attribute ${name} is given twice`, offset);
    const raw = double ?? single ?? '';
    const rawOffset = cursor.at + whole.length - raw.length - 1;
    attributes.set(name, { value: decodeReferences(raw, rawOffset), offset });
    cursor.at += whole.length;
  }
}

function readClose(cursor: Cursor): void {
  const offset = cursor.at;
  const name = match(namePattern, cursor.source, offset + 2)?.[0] ?? '';
  const end = match(tagEndPattern, cursor.source, offset + 2 + name.length);
  if (name === '' || !end || end[1] === '/') throw new MarkupError('a malformed closing tag', offset);
  const expected = cursor.open.pop();
  if (expected !== name) {
    const wanted = expected === undefined ? 'no element is open' : `</${expected}> was expected`;
    throw new MarkupError(`</${name}> closes the wrong element, ${wanted}`, offset);
  }
  cursor.at = offset + 2 + name.length + end[0].length;
  cursor.events.push({ kind: 'close', name, offset });
}

function match(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(source);
}

function decodeReferences(text: string, offset: number): string {
  return text.replaceAll(/&([^\s;&<]*)(;?)/g, (whole, name: string, end: string, index: number) => {
    const decoded = end === ';' ? decodeReference(name) : undefined;
    if (decoded === undefined) {
      throw new MarkupError(`${whole} is not a known reference; write &amp; for "&"`, offset + index);
    }
    return decoded;
  });
}

function decodeReference(name: string): string | undefined {
  const named = namedReferences.get(name);
  if (named !== undefined) return named;
  const digits = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name);
  if (!digits) return undefined;
  const code = digits[1] === undefined ? Number(digits[2]) : Number.parseInt(digits[1], 16);
  return isXmlCharacter(code) ? String.fromCodePoint(code) : undefined;
}

/** XML 1.0 section 2.2, Char. */
function isXmlCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
}
