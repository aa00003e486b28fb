import type { PlaySource } from '@parley/core';
import { beep, type Clip, createClip, ringBackTone } from '@parley/media';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { OutboundHttp } from '../outbound/outbound-http.ts';
import type { Speech } from '../speech/speech.ts';
import type { Tally } from '../switchboard/tally.ts';
import { FileClips } from './file-clips.ts';
import { HoldMusic } from './hold-music.ts';

export interface ClipLibraryDeps {
  readonly speech: Pick<Speech, 'render'>;
  readonly http: Pick<OutboundHttp, 'request'>;
  readonly clock: Clock;
  readonly tally: Pick<Tally, 'problem'>;
  readonly log: Pick<Logger, 'warn'>;
}

/** What a flow wants played; music with the customer's own file, empty when there is none. */
export type Sound =
  | Exclude<PlaySource, { kind: 'music' }>
  | { readonly kind: 'music'; readonly file: string };

/** Finds the sound of what a flow wants played. Rejects with a message for the author of the flow; music never does. */
export type FindClip = (sound: Sound, signal: AbortSignal) => Promise<Clip>;

export function createClipLibrary({ speech, http, clock, tally, log }: ClipLibraryDeps): FindClip {
  const beepClip = createClip(beep());
  const ringbackClip = createClip(ringBackTone());
  const failed = (error: Error): void => {
    tally.problem('music');
    log.warn({ problem: error.message }, 'the music of a customer could not be fetched');
  };
  const files = new FileClips({ http, now: () => clock.now().mono });
  const music = new HoldMusic({ files, clock, failed });
  return async (sound, signal) => {
    switch (sound.kind) {
      case 'beep':
        return beepClip;
      case 'ringback':
        return ringbackClip;
      case 'music':
        return await music.find(sound.file);
      case 'url':
        return await files.find(sound.url);
      case 'speech':
        return await speech.render(sound, signal);
    }
  };
}
