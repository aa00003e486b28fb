import type { CallCentre, Decision, Input, Moment } from '@parley/core';
import type { MediaEvent } from '@parley/media';
import type { Logger } from 'pino';
import { figuresOf } from './line.ts';
import type { ReadyMedia } from './ready-media.ts';
import type { Tally } from './tally.ts';

export interface MediaReportsDeps {
  readonly readyMedia: ReadyMedia;
  readonly hear: (input: Input) => void;
  /** Decides something that is about no call alone. */
  readonly decide: (decide: (centre: CallCentre, at: Moment) => Decision) => void;
  readonly tally: Tally;
  readonly log: Logger;
}

/** What the media plane reports, as inputs of the call centre; and where the media of each call listens. */
export class MediaReports {
  readonly #deps: MediaReportsDeps;
  readonly #ports = new Map<string, number>();

  constructor(deps: MediaReportsDeps) {
    this.#deps = deps;
  }

  port(callId: string): number | undefined {
    return this.#ports.get(callId);
  }

  /** Media that was open before there was a call has become that call's. */
  isOpen(callId: string, port: number): void {
    this.#ports.set(callId, port);
  }

  report(event: MediaEvent): void {
    switch (event.type) {
      case 'opened':
        return this.#mediaOpened(event.leg, event.port);
      case 'openFailed':
        if (this.#deps.readyMedia.gone(event.leg)) return undefined;
        return this.#deps.hear({ kind: 'mediaFailed', callId: event.leg, problem: event.reason });
      case 'finished':
        return this.#playFinished(event);
      case 'digit':
        return this.#deps.hear({ kind: 'digit', callId: event.leg, digit: event.digit });
      case 'silent':
        return this.#deps.hear({ kind: 'mediaSilent', callId: event.leg });
      case 'closed':
        return this.#mediaClosed(event);
      case 'rejected':
        this.#deps.tally.problem('media');
        return this.#deps.log.warn({ call_id: event.leg }, `media refused ${event.command}: ${event.reason}`);
      case 'recordingStarted':
        return this.#deps.decide((centre, at) =>
          centre.recordingStarted(event.recording, event.recordedMs, at),
        );
      case 'recordingEnded':
        return this.#recordingEnded(event);
      case 'load':
      case 'statistics':
      case 'heard':
      case 'recorded':
      case 'roomFinished':
        return undefined;
    }
  }

  #recordingEnded(event: Extract<MediaEvent, { type: 'recordingEnded' }>): void {
    const { recording, reason, durationMs, error } = event;
    if (reason === 'failed') {
      this.#deps.tally.problem('recording');
      this.#deps.log.error({ recording_id: recording }, `a recording was broken off: ${error ?? 'unknown'}`);
    }
    this.#deps.decide((centre, at) => centre.recordingEnded(recording, durationMs, at));
  }

  #mediaOpened(callId: string, port: number): void {
    if (this.#deps.readyMedia.opened(callId, port)) return;
    this.#ports.set(callId, port);
    this.#deps.hear({ kind: 'mediaOpened', callId });
  }

  /** What we stopped ourselves has been decided on already. */
  #playFinished({ leg: callId, play, reason }: Extract<MediaEvent, { type: 'finished' }>): void {
    if (reason === 'end') this.#deps.hear({ kind: 'playEnded', callId, play });
    if (reason === 'refused')
      this.#deps.hear({ kind: 'playEnded', callId, play, problem: 'too long to be played' });
  }

  #mediaClosed({ leg: callId, reason, statistics }: Extract<MediaEvent, { type: 'closed' }>): void {
    if (this.#deps.readyMedia.gone(callId)) return;
    this.#ports.delete(callId);
    if (reason === 'failed')
      this.#deps.hear({ kind: 'mediaFailed', callId, problem: 'the media of the call broke down' });
    this.#deps.hear({ kind: 'mediaClosed', callId, statistics: figuresOf(statistics) });
  }
}
