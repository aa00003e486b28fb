import type { SpeechRequest } from './provider.ts';
import type { Speech } from './speech.ts';

export interface SpeechWarmerDeps {
  readonly speech: Pick<Speech, 'render'>;
  /** A text could not be rendered ahead; whoever calls may still hear it, or is told then. */
  readonly failed: (error: unknown) => void;
}

/** Renders texts before anybody calls, so that their first caller does not wait for the voice. */
export interface SpeechWarmer {
  warm(requests: Iterable<SpeechRequest>): void;
  /** Resolves when nothing is left to render. */
  idle(): Promise<void>;
  /** Gives up what waits. */
  close(): Promise<void>;
}

/** One call's worth of prompts: more would push those that callers hear out of the cache. */
const textsAtOnce = 50;
const mostWaiting = 200;
/** A caller's text waits behind one of these at most: some 0.2 s. Longer ones are rendered when they are wanted. */
const textUnits = 1_000;

export function createSpeechWarmer(deps: SpeechWarmerDeps): SpeechWarmer {
  return new Warmer(deps);
}

class Warmer implements SpeechWarmer {
  readonly #deps: SpeechWarmerDeps;
  readonly #abort = new AbortController();
  readonly #waiting = new Map<string, SpeechRequest>();
  #running: Promise<void> | undefined;

  constructor(deps: SpeechWarmerDeps) {
    this.#deps = deps;
  }

  warm(requests: Iterable<SpeechRequest>): void {
    if (this.#abort.signal.aborted) return;
    let room = Math.min(textsAtOnce, mostWaiting - this.#waiting.size);
    for (const request of requests) {
      if (room <= 0) break;
      const { text, language, gender } = request;
      const key = JSON.stringify([text, language, gender]);
      if (text.length > textUnits || this.#waiting.has(key)) continue;
      this.#waiting.set(key, request);
      room -= 1;
    }
    if (this.#waiting.size > 0) this.#running ??= this.#run();
  }

  async idle(): Promise<void> {
    await this.#running;
  }

  async close(): Promise<void> {
    this.#waiting.clear();
    this.#abort.abort();
    await this.#running;
  }

  /** One after the other: the voice speaks for callers in between. */
  async #run(): Promise<void> {
    for (const [key, request] of this.#waiting) {
      this.#waiting.delete(key);
      await this.#render(request);
    }
    this.#running = undefined;
  }

  async #render(request: SpeechRequest): Promise<void> {
    const { signal } = this.#abort;
    try {
      await this.#deps.speech.render(request, signal);
    } catch (error) {
      if (!signal.aborted) this.#deps.failed(error);
    }
  }
}
