/**
 * The port behind which voices plug in. A provider turns one text into audio; caching, levels and sharing are the
 * business of `createSpeech`.
 */

export type SpeechGender = 'male' | 'female' | 'neutral';

/** What to say. */
export interface SpeechRequest {
  /** Plain text, or SSML 1.1 when it begins with `<speak` (or an XML declaration). */
  readonly text: string;
  /** BCP 47 tag such as `de-DE`. A language the voice lacks falls back to its base language, then to English. */
  readonly language: string;
  /** `neutral` asks for nothing: the voice sounds as its makers left it. */
  readonly gender: SpeechGender;
}

/** Something that went otherwise than asked, without being a reason to stay silent. */
export interface SpeechNote {
  readonly kind: 'languageFallback' | 'ignoredMarkup';
  /** One sentence for a log or a call's timeline. */
  readonly message: string;
}

/** Mono audio, 16 bit linear, at the provider's own rate in hertz. */
export interface SpeechAudio {
  readonly samples: Int16Array;
  readonly sampleRate: number;
  readonly notes?: readonly SpeechNote[];
}

export interface SpeechProvider {
  /**
   * Engine, version and voices, such as `espeak-ng 0.3.5 (m3, f2)`. It is part of every cache key: it must change
   * whenever the same request would sound different.
   */
  readonly name: string;
  /**
   * Rejects with a `SpeechError`, or with the signal's reason once `signal` is aborted. Any number of requests may be
   * under way at once; a provider queues what it cannot do in parallel and says `unavailable` when that queue is full.
   */
  synthesize(request: SpeechRequest, signal: AbortSignal): Promise<SpeechAudio>;
  /** Ends all work (pending requests become `unavailable`) and frees what the voice holds. Idempotent. */
  close(): Promise<void>;
}

/** Where in a text something is wrong: `offset` in UTF-16 units from 0, `line` and `column` from 1. */
export interface TextPosition {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** Why there is no audio. `message` tells the author of the flow, or the operator, what to do. */
export type SpeechProblem =
  | { readonly kind: 'unavailable'; readonly message: string }
  | { readonly kind: 'unsupportedLanguage'; readonly message: string; readonly language: string }
  | { readonly kind: 'badMarkup'; readonly message: string; readonly position: TextPosition }
  | { readonly kind: 'timeout'; readonly message: string; readonly afterMs: number }
  | {
      readonly kind: 'tooLong';
      readonly message: string;
      readonly limit: number;
      readonly unit: 'characters' | 'milliseconds';
    };

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: SpeechProblem };

/** How a provider's promise fails; `problem.kind` tells the cases apart. */
export class SpeechError extends Error {
  override readonly name = 'SpeechError';
  readonly problem: SpeechProblem;

  constructor(problem: SpeechProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

export function unavailable(message: string): SpeechProblem {
  return { kind: 'unavailable', message };
}

export function tooLong(limit: number, unit: 'characters' | 'milliseconds'): SpeechProblem {
  const message =
    unit === 'characters'
      ? `the text has more than ${limit} characters; split it into several talk actions`
      : `the text takes more than ${limit / 1000} s to say; split it into several talk actions`;
  return { kind: 'tooLong', message, limit, unit };
}
