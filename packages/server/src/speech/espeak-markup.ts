/**
 * A document in the dialect of SSML the engine understands. Elements are never nested and styles are absolute: the
 * engine's own stack is unchecked, and its relative values count from different bases.
 */
import { isSpelled, spoken } from './say-as.ts';
import type { Pitch, SpeechDocument, SpeechNode, SpeechStyle } from './speech-document.ts';
import { pauseOf } from './speech-document.ts';

/** What one voice says in one go, or silence between two of them. */
export type EspeakPart =
  | {
      readonly kind: 'speech';
      readonly language: string;
      readonly gender: SpeechStyle['gender'];
      readonly nodes: readonly SpeechNode[];
    }
  | { readonly kind: 'silence'; readonly ms: number };

/** Rests where the voice changes in mid-sentence, and after a sentence or paragraph that ends there. */
const rests = { voice: 60, sentence: 250, paragraph: 450 } as const;

/** The engine's amplitude for normal words. At its own normal, 100, loud vowels already clip. */
const normalAmplitude = 70;
/** The engine raises strongly emphasised words by this much on its own. */
const emphasisGain = 1.7;

/** Pitch the engine makes (ratio to its normal pitch) for its parameter 0, 10 ... 90, 99; the same for all timbres. */
const pitchSteps: readonly (readonly [parameter: number, ratio: number])[] = [
  [0, 0.67],
  [10, 0.72],
  [20, 0.78],
  [30, 0.84],
  [40, 0.91],
  [50, 1],
  [60, 1.09],
  [70, 1.21],
  [80, 1.34],
  [90, 1.48],
  [99, 1.64],
];

/** Splits a document where language or gender changes: the engine cannot return to a voice it left inside one text. */
export function partsOf(document: SpeechDocument): EspeakPart[] {
  const parts: EspeakPart[] = [];
  let run: SpeechNode[] = [];
  let voice: SpeechStyle | undefined;
  const endRun = (): SpeechNode[] => {
    const edges = splitEdges(run);
    parts.push(...silence(edges.before));
    if (voice && edges.inside.length > 0) {
      parts.push({ kind: 'speech', language: voice.language, gender: voice.gender, nodes: edges.inside });
    }
    run = [];
    return edges.after;
  };
  for (const node of document.nodes) {
    if (node.kind === 'words') {
      if (voice && !sameVoice(voice, node.style)) parts.push(...silence(endRun(), rests.voice));
      voice = node.style;
    }
    run.push(node);
  }
  const afterAll = endRun().filter((node) => node.kind === 'break');
  return [...parts, ...silence(afterAll)];
}

function sameVoice(one: SpeechStyle, other: SpeechStyle): boolean {
  return one.language === other.language && one.gender === other.gender;
}

/** The engine makes breaks exact between words only, so those at the edges become silence of our own. */
function splitEdges(nodes: readonly SpeechNode[]): {
  before: SpeechNode[];
  inside: SpeechNode[];
  after: SpeechNode[];
} {
  const first = nodes.findIndex((node) => node.kind === 'words');
  if (first < 0) return { before: [...nodes], inside: [], after: [] };
  const end = nodes.findLastIndex((node) => node.kind === 'words') + 1;
  return { before: nodes.slice(0, first), inside: nodes.slice(first, end), after: nodes.slice(end) };
}

/** As in the engine, a break takes the place of the rest after a sentence. */
function silence(nodes: readonly SpeechNode[], atLeast = 0): EspeakPart[] {
  let rest = atLeast;
  for (const node of nodes) if (node.kind === 'boundary') rest = Math.max(rest, rests[node.unit]);
  const ms = pauseOf(nodes) || rest;
  return ms === 0 ? [] : [{ kind: 'silence', ms }];
}

/** Amplitude of the loudest words, as the engine would make them; `printPart` scales by it so that nothing clips. */
export function loudestOf(document: SpeechDocument): number {
  let loudest = 0;
  for (const node of document.nodes) {
    if (node.kind === 'words') loudest = Math.max(loudest, amplitudeOf(node.style));
  }
  return loudest === 0 ? 1 : loudest;
}

function amplitudeOf(style: SpeechStyle): number {
  return style.volume * (style.emphasis === 'strong' ? emphasisGain : 1);
}

export interface PrintOptions {
  /** Language really spoken; decides the words of `say-as`. */
  readonly language: string;
  /** The voice's normal pitch. */
  readonly voiceHertz: number;
  /** Multiplies every pitch, where a timbre for the gender is missing. */
  readonly pitchRatio: number;
  readonly loudest: number;
}

/** The engine's embedded command that sets the echo to 1 %: some timbres add a room, which costs words on a telephone. */
const echoOff = '\u00011H';

/** The engine's markup for the nodes of one speech part. */
export function printPart(nodes: readonly SpeechNode[], options: PrintOptions): string {
  return `${echoOff}${nodes.map((node) => printNode(node, options)).join('')}`;
}

function printNode(node: SpeechNode, options: PrintOptions): string {
  switch (node.kind) {
    case 'break':
      return `<break time="${node.ms}ms"/>`;
    case 'boundary':
      return node.unit === 'sentence' ? '</s>' : '</p>';
    case 'words':
      return printWords(node.text, node.style, options);
  }
}

function printWords(text: string, style: SpeechStyle, options: PrintOptions): string {
  const said = style.sayAs ? spoken(text, style.sayAs, options.language) : text;
  const spelled = isSpelled(style.sayAs)
    ? `<say-as interpret-as="characters">${escapeText(said.trim())}</say-as>`
    : escapeText(said);
  const rate = Math.round(style.rate * 100);
  const pitch = pitchParameter(style.pitch, options);
  const volume = Math.round((normalAmplitude * style.volume) / Math.max(1, options.loudest));
  const prosody = `<prosody rate="${rate}%" pitch="${pitch}" volume="${volume}">${spelled}</prosody>`;
  return style.emphasis === 'none' ? prosody : `<emphasis level="${style.emphasis}">${prosody}</emphasis>`;
}

function pitchParameter(pitch: Pitch, options: PrintOptions): number {
  const hertz = (pitch.hertz ?? options.voiceHertz) * pitch.ratio + pitch.shiftHz;
  return parameterFor((hertz / options.voiceHertz) * options.pitchRatio);
}

function parameterFor(ratio: number): number {
  const [first, ...rest] = pitchSteps;
  if (!first || ratio <= first[1]) return first?.[0] ?? 0;
  let [lowParameter, lowRatio] = first;
  for (const [parameter, stepRatio] of rest) {
    if (ratio <= stepRatio) {
      return Math.round(
        lowParameter + ((ratio - lowRatio) / (stepRatio - lowRatio)) * (parameter - lowParameter),
      );
    }
    [lowParameter, lowRatio] = [parameter, stepRatio];
  }
  return lowParameter;
}

/** `[[` and `]]` are the engine's phoneme notation: what a caller's flow says must not reach it. */
function escapeText(text: string): string {
  return text
    .replaceAll(/([[\]])(?=\1)/g, '$1 ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
