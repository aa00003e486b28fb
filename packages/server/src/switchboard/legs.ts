import { notYet } from '@parley/contract';
import { type CallCentre, type Input, statusOfCause } from '@parley/core';
import { type MediaCommands, parseDtmfInfo } from '@parley/media';
import { decodeText, type Negotiated, type SipEngine, type SipOutput } from '@parley/sip';
import { causeOfEnd, connectionOf, type Line, type Lines, statusOfEnd } from './line.ts';
import type { SipDriver } from './sip-driver.ts';

export interface LegsDeps {
  readonly centre: Pick<CallCentre, 'liveCall'>;
  readonly lines: Lines;
  readonly driver: SipDriver;
  readonly media: Pick<MediaCommands, 'connect' | 'close'>;
  readonly hear: (input: Input) => void;
  /** Where the media of a call listens, while it is open. */
  readonly mediaPort: (callId: string) => number | undefined;
  /** The address our SDP names. */
  readonly mediaAddress: string;
  /** Nothing that is being prepared for the call is wanted any more. */
  readonly cancel: (callId: string) => void;
}

/** The SIP legs of calls: tells the call centre how they fare, and does with them what it decides. */
export class Legs {
  readonly #deps: LegsDeps;

  constructor(deps: LegsDeps) {
    this.#deps = deps;
  }

  progress({ call, status, media }: Extract<SipOutput, { kind: 'progress' }>): void {
    const line = this.#deps.lines.bySip(call);
    this.connect(line, media);
    if (line?.callId === undefined || (status !== 180 && status !== 183 && media === undefined)) return;
    this.#deps.hear({ kind: 'farEndRings', callId: line.callId, earlyMedia: media !== undefined });
  }

  answered({ call, media }: Extract<SipOutput, { kind: 'answered' }>): void {
    const line = this.#deps.lines.bySip(call);
    this.connect(line, media);
    if (line?.callId !== undefined) this.#deps.hear({ kind: 'farEndAnswered', callId: line.callId });
  }

  /** A peer that holds shows it in the direction; what it is after a change of ours says nothing about the peer. */
  mediaChanged({ call, by, media }: Extract<SipOutput, { kind: 'mediaChanged' }>): void {
    const line = this.#deps.lines.bySip(call);
    this.connect(line, media);
    if (line?.callId === undefined || by === 'local') return;
    const held = media.direction === 'recvonly' || media.direction === 'inactive';
    this.#deps.hear({ kind: 'farEndHolds', callId: line.callId, held });
  }

  connect(line: Line | undefined, media: Negotiated | undefined): void {
    // The ACK mostly confirms what was told with the answer.
    if (line?.callId === undefined || media === undefined || media === line.connected) return;
    line.connected = media;
    this.#deps.media.connect(line.callId, connectionOf(media, line.peer));
  }

  /** 200 with our media, or 183 for sound before that. */
  answer(callId: string, how: 'progress' | 'answer'): void {
    this.onLine(callId, (sip, leg, now, line) => {
      const port = this.#deps.mediaPort(callId);
      if (port === undefined) throw new Error(`call ${callId} is answered before its media is open`);
      const local = { address: this.#deps.mediaAddress, port };
      const answer = how === 'answer' ? sip.answer(leg, local, now) : sip.progress183(leg, local, now);
      if (answer.ok) this.connect(line, answer.media);
    });
  }

  hangup(callId: string, cause: number): void {
    this.#deps.cancel(callId);
    const line = this.#deps.lines.byCall(callId);
    // Nothing is out there (yet), so nothing will report its end.
    if (line?.sip === undefined) {
      if (line !== undefined) this.#deps.lines.remove(line);
      return this.#deps.hear({ kind: 'callEnded', callId, end: { cause } });
    }
    this.onLine(callId, (sip, leg, now) => {
      const call = this.#deps.centre.liveCall(callId)?.call;
      if (call?.direction === 'incoming' && call.tm_progressing === notYet)
        sip.reject(leg, statusOfCause(cause), undefined, now);
      else sip.hangup(leg, now, cause < 128 && cause > 0 ? { q850: cause } : {});
    });
  }

  /** A leg that is gone needs no command any more; its end has been, or is about to be, reported. */
  onLine(
    callId: string,
    run: (sip: SipEngine, leg: NonNullable<Line['sip']>, now: number, line: Line) => void,
  ): void {
    const line = this.#deps.lines.byCall(callId);
    if (line?.sip === undefined || line.gone) return;
    const { sip: leg } = line;
    this.#deps.driver.run((sip, now) => run(sip, leg, now, line));
  }

  ended({ call, cause }: Extract<SipOutput, { kind: 'ended' }>): void {
    const line = this.#deps.lines.bySip(call);
    if (line === undefined) return;
    this.#deps.lines.remove(line);
    const { callId } = line;
    if (callId === undefined) return;
    const sipStatus = statusOfEnd(cause);
    this.#deps.hear({
      kind: 'callEnded',
      callId,
      end: { cause: causeOfEnd(cause), ...(sipStatus !== undefined && { status: sipStatus }) },
    });
    const status = this.#deps.centre.liveCall(callId)?.call.status;
    if (status === 'dialing' || status === 'ringing') return; // Dialled on, another way.
    // Sound ends with the leg (RFC 3261 section 15), whether or not its end can be written down at the moment.
    this.#deps.cancel(callId);
    this.#deps.media.close(callId);
  }

  info(output: Extract<SipOutput, { kind: 'info' }>): void {
    const callId = this.#deps.lines.bySip(output.call)?.callId;
    const parsed = parseDtmfInfo(output.contentType, decodeText(output.body));
    if (callId === undefined || !parsed.ok) return;
    const { digit, durationMs } = parsed.value;
    this.#deps.hear({ kind: 'digit', callId, digit, signalledMs: durationMs });
  }
}
