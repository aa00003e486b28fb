/** Says a whole document with the engine: voice by voice, with the silences between, within the bound on audio. */
import { resample } from '@parley/media';
import type { EspeakEngine } from './espeak-engine.ts';
import type { EspeakPart } from './espeak-markup.ts';
import { loudestOf, partsOf, printPart } from './espeak-markup.ts';
import type { SpeakCommand, VoiceReport, VoiceSettings } from './espeak-messages.ts';
import type { ChosenVoice } from './espeak-voice.ts';
import { chooseVoice } from './espeak-voice.ts';
import type { SpeechGender, SpeechNote, SpeechProblem } from './provider.ts';
import { tooLong, unavailable } from './provider.ts';

type SpeechPart = Extract<EspeakPart, { kind: 'speech' }>;

/** Normal pitch in hertz of the engine's own voice and of its female and male timbres. */
const voiceHertz: Readonly<Record<SpeechGender, number>> = { male: 105, female: 198, neutral: 104 };
/** Stands in for a timbre that the build lacks. */
const substitutePitch: Readonly<Record<SpeechGender, number>> = { male: 0.95, female: 1.6, neutral: 1 };

/** Audio gathered so far, in the engine's rate. */
interface Tape {
  readonly pieces: Int16Array[];
  readonly notes: Map<string, SpeechNote>;
  readonly maxLength: number;
  length: number;
  stopped: boolean;
}

/** Gives the function that answers one command; it blocks until the audio is made. */
export function createEspeakSpeaker(
  engine: EspeakEngine,
  settings: VoiceSettings,
): (command: SpeakCommand) => VoiceReport {
  const isCancelled = ({ cancel }: SpeakCommand): boolean => Atomics.load(cancel, 0) !== 0;

  function speak(
    part: SpeechPart,
    loudest: number,
    command: SpeakCommand,
    tape: Tape,
  ): SpeechProblem | undefined {
    const voice = chooseVoice(engine.voices, part.language);
    if (!voice) return unsupported(part.language);
    if (voice.note) tape.notes.set(voice.note.message, voice.note);
    const { name, pitchRatio } = timbreOf(voice, part.gender);
    const options = { language: voice.language, voiceHertz: voiceHertz[part.gender], pitchRatio, loudest };
    const known = engine.speak(name, printPart(part.nodes, options), (samples) => {
      if (isCancelled(command)) tape.stopped = true;
      else append(tape, samples);
      return tape.stopped;
    });
    return known ? undefined : unavailable(`the engine does not know its own voice ${name}`);
  }

  function timbreOf(voice: ChosenVoice, gender: SpeechGender): { name: string; pitchRatio: number } {
    const timbre = settings.timbres[gender];
    if (timbre === '') return { name: voice.identifier, pitchRatio: 1 };
    if (engine.hasTimbre(timbre)) return { name: `${voice.identifier}+${timbre}`, pitchRatio: 1 };
    return { name: voice.identifier, pitchRatio: substitutePitch[gender] };
  }

  return (command) => {
    const { id, document } = command;
    const maxLength = Math.floor((settings.maxAudioMs / 1_000) * engine.sampleRate);
    const tape: Tape = { pieces: [], notes: new Map(), maxLength, length: 0, stopped: false };
    const loudest = loudestOf(document);
    for (const part of partsOf(document)) {
      if (isCancelled(command)) return { kind: 'cancelled', id };
      const problem =
        part.kind === 'speech'
          ? speak(part, loudest, command, tape)
          : appendSilence(tape, part.ms, engine.sampleRate);
      if (problem) return { kind: 'failed', id, problem };
      if (tape.stopped) break;
    }
    if (isCancelled(command)) return { kind: 'cancelled', id };
    if (tape.stopped) return { kind: 'failed', id, problem: tooLong(settings.maxAudioMs, 'milliseconds') };
    const samples = resample(joined(tape), engine.sampleRate, settings.sampleRate);
    return { kind: 'spoken', id, samples, sampleRate: settings.sampleRate, notes: [...tape.notes.values()] };
  };
}

function unsupported(language: string): SpeechProblem {
  const message = `the engine has no voice for ${language} and none for English`;
  return { kind: 'unsupportedLanguage', message, language };
}

function append(tape: Tape, samples: Int16Array): void {
  tape.length += samples.length;
  if (tape.length > tape.maxLength) tape.stopped = true;
  else tape.pieces.push(samples);
}

function appendSilence(tape: Tape, ms: number, sampleRate: number): undefined {
  const length = Math.round((ms / 1_000) * sampleRate);
  append(tape, new Int16Array(Math.min(length, tape.maxLength + 1)));
}

function joined(tape: Tape): Int16Array {
  const samples = new Int16Array(tape.length);
  let at = 0;
  for (const piece of tape.pieces) {
    samples.set(piece, at);
    at += piece.length;
  }
  return samples;
}
