/**
 * The offline voice behind the speech port. Nothing of it is loaded before the first request, and it is let go again
 * when unused for some minutes.
 */
import { Worker } from 'node:worker_threads';
import type { VoiceSettings } from './espeak-messages.ts';
import type { EspeakTimbres } from './espeak-voice.ts';
import { defaultTimbres } from './espeak-voice.ts';
import { speechLimits } from './limits.ts';
import type { SpeechAudio, SpeechProvider, SpeechRequest } from './provider.ts';
import { SpeechError } from './provider.ts';
import { parseSpeech } from './speech-parser.ts';
import type { SpeechTimers } from './timers.ts';
import { systemTimers } from './timers.ts';
import { createVoiceThread } from './voice-thread.ts';

/** The version the engine was chosen, measured and tested with. */
const packageName = '@echogarden/espeak-ng-emscripten';
const packageVersion = '0.3.5';

export interface EspeakOptions {
  /** Files of the engine's `!v` folder by gender; default `m3`, `f2` and the plain voice. */
  readonly timbres?: EspeakTimbres;
  /** Rate of the audio in hertz; 8,000 by default, so that the main thread need not resample. */
  readonly sampleRate?: number;
  readonly timers?: SpeechTimers;
  readonly queueLength?: number;
  readonly timeoutMs?: number;
  readonly idleMs?: number;
  readonly maxAudioMs?: number;
  /** Another package with the same API. */
  readonly packageName?: string;
  /** Another thread that speaks the messages of `espeak-messages.ts`. */
  readonly workerUrl?: URL;
}

export interface EspeakProvider extends SpeechProvider {
  /** Whether the engine's thread exists now. */
  readonly isRunning: boolean;
}

export function createEspeakProvider(options: EspeakOptions = {}): EspeakProvider {
  const settings: VoiceSettings = {
    packageName: options.packageName ?? packageName,
    timbres: options.timbres ?? defaultTimbres,
    sampleRate: options.sampleRate ?? 8_000,
    maxAudioMs: options.maxAudioMs ?? speechLimits.audioMs,
  };
  const thread = createVoiceThread({
    ...speechLimits,
    startWorker: () =>
      startWorker(options.workerUrl ?? new URL('./espeak-worker.ts', import.meta.url), settings),
    timers: options.timers ?? systemTimers,
    queueLength: options.queueLength ?? speechLimits.queueLength,
    timeoutMs: options.timeoutMs ?? speechLimits.timeoutMs,
    idleMs: options.idleMs ?? speechLimits.idleMs,
  });
  return {
    name: providerName(settings),
    get isRunning() {
      return thread.isRunning;
    },
    async synthesize(request: SpeechRequest, signal: AbortSignal): Promise<SpeechAudio> {
      signal.throwIfAborted();
      const document = parseSpeech(request);
      if (!document.ok) throw new SpeechError(document.error);
      const audio = await thread.speak(document.value, signal);
      return { ...audio, notes: [...document.value.notes, ...(audio.notes ?? [])] };
    },
    close: () => thread.close(),
  };
}

/** Names all that decides how a text sounds; see `SpeechProvider.name`. */
function providerName({ timbres, sampleRate }: VoiceSettings): string {
  const voices = [timbres.male, timbres.female, timbres.neutral].map((name) => name || 'plain').join(', ');
  return `espeak-ng ${packageVersion} (${voices}; ${sampleRate} Hz)`;
}

/** The heap bound turns a runaway engine into a crash of its thread alone, which is then replaced. */
function startWorker(url: URL, settings: VoiceSettings): Worker {
  return new Worker(url, {
    name: 'parley-voice',
    workerData: settings,
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  });
}
