/** What the main thread and the voice's worker thread say to each other. */
import type { EspeakTimbres } from './espeak-voice.ts';
import type { SpeechNote, SpeechProblem } from './provider.ts';
import type { SpeechDocument } from './speech-document.ts';

/** Handed over when the thread starts. */
export interface VoiceSettings {
  readonly packageName: string;
  readonly timbres: EspeakTimbres;
  /** Rate of the audio wanted, in hertz. */
  readonly sampleRate: number;
  readonly maxAudioMs: number;
}

export interface SpeakCommand {
  readonly kind: 'speak';
  readonly id: number;
  readonly document: SpeechDocument;
  /** Shared; a 1 in its only element stops the synthesis, which blocks the thread, at its next piece of audio. */
  readonly cancel: Int32Array;
}

export type VoiceReport =
  | {
      readonly kind: 'spoken';
      readonly id: number;
      readonly samples: Int16Array;
      readonly sampleRate: number;
      readonly notes: readonly SpeechNote[];
    }
  | { readonly kind: 'failed'; readonly id: number; readonly problem: SpeechProblem }
  | { readonly kind: 'cancelled'; readonly id: number }
  /** The engine cannot be loaded; the thread ends. */
  | { readonly kind: 'unusable'; readonly message: string };
