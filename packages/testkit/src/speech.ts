/**
 * A voice for tests: in this process, at once, and the same each time. A word is a tone whose length depends on its
 * letters and whose pitch on the gender, so that what was said can be told from the audio.
 */
import type { SpeechAudio, SpeechDocument, SpeechNode, SpeechProvider, SpeechRequest } from '@parley/server';
import { parseSpeech, SpeechError } from '@parley/server';

export interface FakeVoiceOptions {
  /** Hertz; 8,000 by default. */
  readonly sampleRate?: number;
  /** Part of the name; a voice of another name has clips of its own. */
  readonly name?: string;
}

export interface FakeVoice extends SpeechProvider {
  /** All requests that were let in, in order. */
  readonly requests: readonly SpeechRequest[];
  /** From now on requests wait until `release`. */
  hold(): void;
  /** Answers the requests that wait, and those to come at once. */
  release(): void;
}

/** Milliseconds per character at normal speed: about what people take. */
export const msPerCharacter = 60;
/** Hertz of the tone by gender. */
export const toneHertz = { male: 120, female: 220, neutral: 160 } as const;

/** Languages it has; others fall back to English. */
const languages = ['en', 'de', 'fr', 'es', 'it'];
const amplitude = 8_000;
const sentenceMs = 250;

export function createFakeVoice(options: FakeVoiceOptions = {}): FakeVoice {
  const sampleRate = options.sampleRate ?? 8_000;
  const requests: SpeechRequest[] = [];
  const closing = new AbortController();
  let gate: PromiseWithResolvers<void> | undefined;

  async function synthesize(request: SpeechRequest, signal: AbortSignal): Promise<SpeechAudio> {
    signal.throwIfAborted();
    closing.signal.throwIfAborted();
    const document = parseSpeech(request);
    if (!document.ok) throw new SpeechError(document.error);
    requests.push(request);
    await opened(AbortSignal.any([signal, closing.signal]));
    return {
      samples: soundOf(document.value, sampleRate),
      sampleRate,
      notes: notesOf(document.value, request),
    };
  }

  /** Waits at least for the next turn, as a real voice would. */
  async function opened(signal: AbortSignal): Promise<void> {
    const stopped = Promise.withResolvers<never>();
    const stop = (): void => stopped.reject(signal.reason);
    signal.addEventListener('abort', stop);
    try {
      await Promise.race([gate?.promise ?? Promise.resolve(), stopped.promise]);
      signal.throwIfAborted();
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  return {
    name: options.name ?? 'fake voice',
    requests,
    synthesize,
    hold() {
      gate ??= Promise.withResolvers();
    },
    release() {
      gate?.resolve();
      gate = undefined;
    },
    async close() {
      closing.abort(new SpeechError({ kind: 'unavailable', message: 'the voice was closed' }));
      await Promise.resolve();
    },
  };
}

function notesOf(document: SpeechDocument, { language }: SpeechRequest): NonNullable<SpeechAudio['notes']> {
  const base = language.toLowerCase().split('-')[0] ?? '';
  if (languages.includes(base)) return document.notes;
  return [
    ...document.notes,
    { kind: 'languageFallback', message: `there is no voice for ${language}; en was spoken` },
  ];
}

function soundOf(document: SpeechDocument, sampleRate: number): Int16Array {
  const pieces = document.nodes.map((node) => soundOfNode(node, sampleRate));
  const samples = new Int16Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    samples.set(piece, at);
    at += piece.length;
  }
  return samples;
}

function soundOfNode(node: SpeechNode, sampleRate: number): Int16Array {
  const lengthOf = (ms: number): number => Math.round((ms * sampleRate) / 1_000);
  if (node.kind === 'break') return new Int16Array(lengthOf(node.ms));
  if (node.kind === 'boundary') return new Int16Array(lengthOf(sentenceMs));
  const { style } = node;
  const samples = new Int16Array(lengthOf((node.text.trim().length * msPerCharacter) / style.rate));
  const step = (2 * Math.PI * toneHertz[style.gender]) / sampleRate;
  return samples.map((_, index) =>
    Math.round(amplitude * Math.min(style.volume, 4) * Math.sin(step * index)),
  );
}
