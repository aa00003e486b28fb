import { type Clip, createClip, musicOnHold } from '@parley/media';
import type { Clock } from '../clock.ts';
import type { FileClips } from './file-clips.ts';

export interface HoldMusicDeps {
  readonly files: Pick<FileClips, 'find' | 'kept'>;
  readonly clock: Clock;
  /** The operator is told: that file cannot be had. At most once a minute for each. */
  readonly failed: (error: Error) => void;
}

/** Who waits is not to wait in silence as well: a file that takes longer is heard next time. */
const patienceMs = 1_000;
/** A file that could not be had is not asked for again before that. */
const restMs = 60_000;

/**
 * The music of a customer, from a file of its own: whatever there is of it is heard at once, and fetched again in the
 * background when it is old. When there is nothing, the music is our own; it is never silence.
 */
export class HoldMusic {
  readonly #deps: HoldMusicDeps;
  readonly #coming = new Map<string, Promise<Clip | undefined>>();
  readonly #restsUntil = new Map<string, number>();
  #own: Clip | undefined;

  constructor(deps: HoldMusicDeps) {
    this.#deps = deps;
  }

  /** Never rejects. No file: our own music. */
  async find(file: string): Promise<Clip> {
    if (file === '') return this.#ownMusic();
    const kept = this.#deps.files.kept(file);
    if (kept?.fresh === true) return kept.clip;
    const coming = this.#fetch(file);
    return kept?.clip ?? (await this.#inTime(coming)) ?? this.#ownMusic();
  }

  #ownMusic(): Clip {
    return (this.#own ??= createClip(musicOnHold()));
  }

  /** Undefined: it cannot be had. */
  async #fetch(file: string): Promise<Clip | undefined> {
    const rests = (this.#restsUntil.get(file) ?? 0) > this.#deps.clock.now().mono;
    if (rests) return undefined;
    const known = this.#coming.get(file);
    if (known !== undefined) return await known;
    const coming = this.#deps.files.find(file).catch((error: unknown) => this.#failed(file, error));
    this.#coming.set(file, coming);
    const clip = await coming;
    this.#coming.delete(file);
    return clip;
  }

  #failed(file: string, error: unknown): undefined {
    const now: number = this.#deps.clock.now().mono;
    for (const [other, until] of this.#restsUntil) if (until <= now) this.#restsUntil.delete(other);
    this.#restsUntil.set(file, now + restMs);
    this.#deps.failed(error instanceof Error ? error : new Error(String(error)));
  }

  #inTime(coming: Promise<Clip | undefined>): Promise<Clip | undefined> {
    return new Promise((resolve) => {
      const cancel = this.#deps.clock.after(patienceMs, () => resolve(undefined));
      void coming.then((clip) => {
        cancel();
        resolve(clip);
      });
    });
  }
}
