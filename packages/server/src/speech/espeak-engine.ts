/**
 * The engine itself: the optional package `@echogarden/espeak-ng-emscripten` (GPL-3), loaded at run time only, behind
 * the few calls of it that are used. To be loaded in a worker thread: it computes synchronously and holds some 60 MB.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { EspeakVoice } from './espeak-voice.ts';
import { mappedBuffer } from './mapped-memory.ts';

export interface EspeakEngine {
  readonly sampleRate: number;
  readonly voices: readonly EspeakVoice[];
  /** Whether the build has the timbre (a file of its `!v` folder). */
  hasTimbre(name: string): boolean;
  /**
   * Says markup with a voice such as `gmw/en-US+f2`, handing over audio as it is made; `false` when the engine does
   * not know the voice. `sink` returns true to stop.
   */
  speak(voice: string, markup: string, sink: (samples: Int16Array) => boolean): boolean;
}

/** What is used of the package, whose API has no types of its own. */
interface EngineModule {
  readonly FS: { analyzePath(path: string): { readonly exists: boolean } };
  readonly eSpeakNGWorker: new () => EngineSpeaker;
}

interface EngineSpeaker {
  get_samplerate(): number;
  list_voices(): {
    readonly identifier: string;
    readonly languages: { readonly name: string; readonly priority: number }[];
  }[];
  /** 0 when the voice was found. */
  set_voice(name: string): number;
  synthesize(markup: string, callback: (samples: Int16Array | null) => boolean): void;
}

/** Why the engine could not be had: `missing` when its package is not installed. */
export class EngineLoadError extends Error {
  readonly missing: boolean;

  constructor(message: string, missing: boolean, cause: unknown) {
    super(message, { cause });
    this.missing = missing;
  }
}

const timbreFolder = '/usr/share/espeak-ng-data/voices/!v/';

/** Imports the package (some 0.4 s) and starts the engine. Rejects with an `EngineLoadError`. */
export async function loadEngine(packageName: string): Promise<EspeakEngine> {
  const create = await importFactory(packageName);
  const silent = (): void => undefined;
  const getPreloadedPackage = (): ArrayBuffer => readData(packageName);
  const module = await create({ print: silent, printErr: silent, getPreloadedPackage });
  assertEngineModule(module, packageName);
  const speaker = new module.eSpeakNGWorker();
  return {
    sampleRate: speaker.get_samplerate(),
    voices: speaker.list_voices().map(({ identifier, languages }) => ({ identifier, languages })),
    hasTimbre: (name) => module.FS.analyzePath(`${timbreFolder}${name}`).exists,
    speak: (voice, markup, sink) => {
      if (speaker.set_voice(voice) !== 0) return false;
      speaker.synthesize(markup, (samples) => samples !== null && sink(samples));
      return true;
    },
  };
}

/** The package's 24 MB of voices, which it would otherwise read onto the C heap. */
function readData(packageName: string): ArrayBuffer {
  const file = openSync(new URL('espeak-ng.data', import.meta.resolve(packageName)), 'r');
  try {
    const length = fstatSync(file).size;
    const buffer = mappedBuffer(length);
    const bytes = new Uint8Array(buffer);
    for (let at = 0; at < length; ) {
      const count = readSync(file, bytes, at, length - at, null);
      if (count === 0) throw new Error('the file of the voices ended early');
      at += count;
    }
    return buffer;
  } finally {
    closeSync(file);
  }
}

type EngineFactory = (settings: object) => Promise<unknown>;

async function importFactory(packageName: string): Promise<EngineFactory> {
  let imported: { readonly default?: unknown };
  try {
    imported = (await import(packageName)) as { readonly default?: unknown };
  } catch (error) {
    const missing = (error as { readonly code?: unknown }).code === 'ERR_MODULE_NOT_FOUND';
    const why = error instanceof Error ? error.message : String(error);
    throw new EngineLoadError(why, missing, error);
  }
  if (typeof imported.default === 'function') return imported.default as EngineFactory;
  throw new EngineLoadError(`${packageName} has no default function`, false, undefined);
}

/** The package is foreign: what is not there is better noticed at the load than at the first caller. */
function assertEngineModule(module: unknown, packageName: string): asserts module is EngineModule {
  const found = module as Partial<EngineModule> | null;
  if (typeof found?.eSpeakNGWorker === 'function' && typeof found.FS?.analyzePath === 'function') return;
  throw new EngineLoadError(`${packageName} has another API than version 0.3.5`, false, undefined);
}
