import type { Effect, PlaySource } from '@parley/core';
import type { Clip } from '@parley/media';

type PlayEffect = Extract<Effect, { kind: 'play' }>;

export interface PlaybackDeps {
  /** The sound of a source in that call; rejects with a message for the author of the flow. */
  readonly clip: (callId: string, source: PlaySource, signal: AbortSignal) => Promise<Clip>;
  readonly play: (callId: string, play: string, clips: Clip[], repeat: boolean) => void;
  readonly ended: (callId: string, play: string, problem: string) => void;
}

/**
 * Turns what a flow wants played into clips, and plays them once all are there, so that they follow each other
 * without a gap. What was asked for last counts: a later play, a stop or the call's end gives an earlier one up.
 */
export class Playback {
  readonly #deps: PlaybackDeps;
  readonly #preparing = new Map<string, AbortController>();

  constructor(deps: PlaybackDeps) {
    this.#deps = deps;
  }

  async start({ callId, play, sources }: PlayEffect): Promise<void> {
    this.cancel(callId);
    const abort = new AbortController();
    this.#preparing.set(callId, abort);
    try {
      const clips = await Promise.all(sources.map((source) => this.#deps.clip(callId, source, abort.signal)));
      if (!abort.signal.aborted) this.#deps.play(callId, play, clips, sources.some(isEndless));
    } catch (error) {
      if (!abort.signal.aborted)
        this.#deps.ended(callId, play, error instanceof Error ? error.message : String(error));
    } finally {
      if (this.#preparing.get(callId) === abort) this.#preparing.delete(callId);
    }
  }

  /** Gives up what is being prepared for that call. */
  cancel(callId: string): void {
    this.#preparing.get(callId)?.abort();
    this.#preparing.delete(callId);
  }
}

/** It has no end of its own. */
function isEndless({ kind }: PlaySource): boolean {
  return kind === 'ringback' || kind === 'music';
}
