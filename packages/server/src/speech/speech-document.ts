/**
 * One request's text as data, whatever it was written in: runs of words with the style they are to be said in, pauses,
 * and the ends of sentences and paragraphs. Providers read this instead of markup.
 */
import type { SpeechGender, SpeechNote, SpeechRequest } from './provider.ts';

export type Emphasis = 'none' | 'reduced' | 'moderate' | 'strong';

/** The SSML `say-as` in force: `as` is `interpret-as` in lower case. */
export interface SayAs {
  readonly as: string;
  readonly format: string;
}

/** Pitch as asked: `(hertz ?? the voice's own) * ratio + shiftHz`. */
export interface Pitch {
  readonly hertz: number | undefined;
  readonly ratio: number;
  readonly shiftHz: number;
}

export interface SpeechStyle {
  readonly language: string;
  readonly gender: SpeechGender;
  /** 1 = the voice's normal speed, 2 = twice as fast. */
  readonly rate: number;
  readonly pitch: Pitch;
  /** Amplitude; 1 = the normal level, 0 = silent. */
  readonly volume: number;
  readonly emphasis: Emphasis;
  readonly sayAs: SayAs | undefined;
}

export type SpeechNode =
  | { readonly kind: 'words'; readonly text: string; readonly style: SpeechStyle }
  | { readonly kind: 'break'; readonly ms: number }
  | { readonly kind: 'boundary'; readonly unit: 'sentence' | 'paragraph' };

export interface SpeechDocument {
  /** No two breaks are neighbours (they are added up) and no words are blank. */
  readonly nodes: readonly SpeechNode[];
  readonly notes: readonly SpeechNote[];
}

/** What a listener must find at the edges and in the level of the finished clip. */
export interface SpeechOutline {
  /** Silence the markup asks for before the first word and after the last one, in milliseconds. */
  readonly leadingMs: number;
  readonly trailingMs: number;
  /** Amplitude of the loudest words, 1 = normal. */
  readonly loudest: number;
}

export function initialStyle(request: SpeechRequest): SpeechStyle {
  return {
    language: request.language,
    gender: request.gender,
    rate: 1,
    pitch: { hertz: undefined, ratio: 1, shiftHz: 0 },
    volume: 1,
    emphasis: 'none',
    sayAs: undefined,
  };
}

/**
 * Control characters, private-use characters and halves of surrogate pairs say nothing, and speech engines use some of
 * them for commands of their own: none gets through. Line breaks and tabs stay.
 */
export function cleanText(text: string): string {
  return text.replaceAll(/[^\P{C}\n\t\p{Cf}]/gu, ' ').normalize('NFC');
}

/** The words alone, for a provider that takes plain text only. */
export function plainText(document: SpeechDocument): string {
  return document.nodes.map((node) => (node.kind === 'words' ? node.text : ' ')).join('');
}

export function outlineOf(document: SpeechDocument): SpeechOutline {
  const { nodes } = document;
  const isWords = (node: SpeechNode): boolean => node.kind === 'words';
  const first = nodes.findIndex(isWords);
  const last = nodes.findLastIndex(isWords);
  let loudest = 0;
  for (const node of nodes) if (node.kind === 'words') loudest = Math.max(loudest, node.style.volume);
  if (first < 0) return { leadingMs: pauseOf(nodes), trailingMs: 0, loudest: 1 };
  return { leadingMs: pauseOf(nodes.slice(0, first)), trailingMs: pauseOf(nodes.slice(last + 1)), loudest };
}

/** Milliseconds of the breaks among `nodes`. */
export function pauseOf(nodes: readonly SpeechNode[]): number {
  return nodes.reduce((sum, node) => sum + (node.kind === 'break' ? node.ms : 0), 0);
}
