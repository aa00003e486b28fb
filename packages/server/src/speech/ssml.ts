/**
 * SSML 1.1 to a `SpeechDocument`. Understood: speak, p, s, w, token, break, emphasis, prosody (rate, pitch, volume),
 * say-as, sub, voice (gender, languages, xml:lang) and lang. Other elements are left out, their words are said, and a
 * note tells so.
 */
import type { Result, SpeechGender, SpeechNote } from './provider.ts';
import type { SpeechDocument, SpeechNode, SpeechStyle } from './speech-document.ts';
import { cleanText } from './speech-document.ts';
import { readBreak, readEmphasis, readPitch, readRate, readVolume } from './ssml-values.ts';
import type { XmlAttribute, XmlEvent } from './xml-reader.ts';
import { MarkupError, markupResult, readXml } from './xml-reader.ts';

type Opening = Extract<XmlEvent, { kind: 'open' }>;

/** An open element: its style, and whether the words inside it are said. */
interface Frame {
  readonly style: SpeechStyle;
  readonly silent: boolean;
}

interface Builder {
  readonly nodes: SpeechNode[];
  readonly ignored: Set<string>;
  readonly frames: Frame[];
}

/** Elements whose words are information about the document, not part of it. */
const silentElements: ReadonlySet<string> = new Set(['metadata', 'meta', 'lexicon', 'desc']);
/** Elements without a voice of their own that need no note. */
const plainElements: ReadonlySet<string> = new Set(['speak', 'p', 's', 'w', 'token', 'break', 'mark']);
const genders: ReadonlyMap<string, SpeechGender> = new Map([
  ['male', 'male'],
  ['female', 'female'],
  ['neutral', 'neutral'],
]);

/** `source` begins with `<speak>`. Error: `badMarkup` with the position of the first fault. */
export function parseSsml(source: string, style: SpeechStyle): Result<SpeechDocument> {
  const events = readXml(source);
  if (!events.ok) return events;
  return markupResult(source, () => {
    const builder: Builder = { nodes: [], ignored: new Set(), frames: [{ style, silent: false }] };
    for (const event of events.value) take(builder, event);
    return { nodes: builder.nodes.filter(hasContent), notes: notesOf(builder) };
  });
}

function hasContent(node: SpeechNode): boolean {
  return node.kind !== 'words' || node.text.trim() !== '';
}

function notesOf(builder: Builder): SpeechNote[] {
  return [...builder.ignored].map((name) => ({
    kind: 'ignoredMarkup',
    message: `the element <${name}> is not supported; only the words in it were said`,
  }));
}

function take(builder: Builder, event: XmlEvent): void {
  if (event.kind === 'open') takeOpening(builder, event);
  else if (event.kind === 'close') takeClosing(builder, event.name);
  else takeText(builder, event.text);
}

function top(builder: Builder): Frame {
  const frame = builder.frames.at(-1);
  if (!frame) throw new Error('the reader closed more elements than it opened');
  return frame;
}

function takeOpening(builder: Builder, event: Opening): void {
  const frame = top(builder);
  if (event.name === 'speak' && builder.frames.length > 1) {
    throw new MarkupError('<speak> may only be the root element', event.offset);
  }
  if (event.name !== 'speak' && builder.frames.length === 1) {
    throw new MarkupError(`the root element must be <speak>, not <${event.name}>`, event.offset);
  }
  const style = styleInside(builder, event, frame.style);
  if (!frame.silent) emitAtOpening(builder, event, style);
  builder.frames.push({ style, silent: frame.silent || isSilentInside(event) });
}

function isSilentInside(event: Opening): boolean {
  return silentElements.has(event.name) || event.name === 'sub' || event.name === 'break';
}

function emitAtOpening(builder: Builder, event: Opening, style: SpeechStyle): void {
  switch (event.name) {
    case 'break':
      addBreak(builder, breakMs(event));
      break;
    case 'sub':
      addWords(builder, required(event, 'alias').value, style);
      break;
    case 's':
      addBoundary(builder, 'sentence');
      break;
    case 'p':
      addBoundary(builder, 'paragraph');
      break;
    default:
      break;
  }
}

function takeClosing(builder: Builder, name: string): void {
  builder.frames.pop();
  if (top(builder).silent) return;
  if (name === 's') addBoundary(builder, 'sentence');
  if (name === 'p') addBoundary(builder, 'paragraph');
}

function takeText(builder: Builder, text: string): void {
  const frame = top(builder);
  if (!frame.silent) addWords(builder, text, frame.style);
}

function addWords(builder: Builder, source: string, style: SpeechStyle): void {
  const text = cleanText(source).replaceAll(/\s+/g, ' ');
  const last = builder.nodes.at(-1);
  if (last?.kind === 'words' && last.style === style) {
    builder.nodes[builder.nodes.length - 1] = { ...last, text: last.text + text };
  } else if (text !== '') {
    builder.nodes.push({ kind: 'words', text, style });
  }
}

/** Neighbouring breaks add up; blanks and the ends of sentences between them do not keep them apart. */
function addBreak(builder: Builder, ms: number): void {
  if (ms === 0) return;
  dropBlankWords(builder);
  const last = builder.nodes.at(-1);
  if (last?.kind === 'break') builder.nodes[builder.nodes.length - 1] = { kind: 'break', ms: last.ms + ms };
  else builder.nodes.push({ kind: 'break', ms });
}

/** One boundary between two stretches of words, the stronger of those asked for, none beside a break or at the start. */
function addBoundary(builder: Builder, unit: 'sentence' | 'paragraph'): void {
  dropBlankWords(builder);
  const last = builder.nodes.at(-1);
  if (last?.kind === 'words') builder.nodes.push({ kind: 'boundary', unit });
  else if (last?.kind === 'boundary' && unit === 'paragraph')
    builder.nodes[builder.nodes.length - 1] = { kind: 'boundary', unit };
}

function dropBlankWords(builder: Builder): void {
  for (let last = builder.nodes.at(-1); last && !hasContent(last); last = builder.nodes.at(-1)) {
    builder.nodes.pop();
  }
}

function styleInside(builder: Builder, event: Opening, style: SpeechStyle): SpeechStyle {
  switch (event.name) {
    case 'prosody':
      return prosodyStyle(event, style);
    case 'emphasis':
      return { ...style, emphasis: value(event, 'level', readEmphasis(text(event, 'level'))) };
    case 'say-as':
      return { ...style, sayAs: sayAsOf(event) };
    case 'voice':
      return withLanguage(event, withGender(event, style));
    case 'lang':
      required(event, 'xml:lang');
      return withLanguage(event, style);
    case 'sub':
      return withLanguage(event, style);
    default:
      if (!plainElements.has(event.name) && !silentElements.has(event.name)) builder.ignored.add(event.name);
      return withLanguage(event, style);
  }
}

function prosodyStyle(event: Opening, style: SpeechStyle): SpeechStyle {
  const rate = text(event, 'rate');
  const pitch = text(event, 'pitch');
  const volume = text(event, 'volume');
  return {
    ...style,
    rate: rate === undefined ? style.rate : value(event, 'rate', readRate(rate, style.rate)),
    pitch: pitch === undefined ? style.pitch : value(event, 'pitch', readPitch(pitch, style.pitch)),
    volume: volume === undefined ? style.volume : value(event, 'volume', readVolume(volume, style.volume)),
  };
}

function sayAsOf(event: Opening): SpeechStyle['sayAs'] {
  const as = required(event, 'interpret-as').value.trim().toLowerCase();
  return { as, format: (text(event, 'format') ?? '').trim().toLowerCase() };
}

function withGender(event: Opening, style: SpeechStyle): SpeechStyle {
  const gender = text(event, 'gender')?.trim().toLowerCase();
  if (gender === undefined || gender === '') return style;
  return { ...style, gender: value(event, 'gender', genders.get(gender)) };
}

/** `xml:lang`, or the first of `languages` (SSML 1.1 section 3.2.1, `language` or `language:accent` items). */
function withLanguage(event: Opening, style: SpeechStyle): SpeechStyle {
  const listed = event.name === 'voice' ? text(event, 'languages')?.trim().split(/[\s:]/)[0] : undefined;
  const language = (text(event, 'xml:lang') ?? listed)?.trim();
  if (language === undefined || language === '' || language === style.language) return style;
  return { ...style, language };
}

function breakMs(event: Opening): number {
  const time = text(event, 'time');
  const name = time === undefined ? 'strength' : 'time';
  return value(event, name, readBreak(time, text(event, 'strength')));
}

function text(event: Opening, name: string): string | undefined {
  return event.attributes.get(name)?.value;
}

function required(event: Opening, name: string): XmlAttribute {
  const attribute = event.attributes.get(name);
  if (!attribute) throw new MarkupError(`<${event.name}> needs the attribute ${name}`, event.offset);
  return attribute;
}

/** The value read, or the fault at its attribute. */
function value<T>(event: Opening, name: string, read: T | undefined): T {
  if (read !== undefined) return read;
  const attribute = event.attributes.get(name);
  const shown = attribute?.value.slice(0, 40) ?? '';
  throw new MarkupError(
    `"${shown}" is no value for ${name} of <${event.name}>`,
    attribute?.offset ?? event.offset,
  );
}
