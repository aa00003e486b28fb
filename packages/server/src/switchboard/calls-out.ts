import { nilId } from '@parley/contract';
import { cause, type DialAttempt, type Effect, type Input } from '@parley/core';
import { type AudioCodec, defaultAudioCodecs, type OutgoingCall, type Path } from '@parley/sip';
import type { Logger } from 'pino';
import type { Admission } from '../carriers/provider-caps.ts';
import type { Line, Lines } from './line.ts';
import type { SipDriver } from './sip-driver.ts';

type DialEffect = Extract<Effect, { kind: 'dial' }>;

/** Where an INVITE goes and with what it is let in; rejects with a message for the operator when there is no way. */
export type Reach = (attempt: DialAttempt) => Promise<Reached>;

export interface Reached {
  readonly path: Path;
  readonly credentials?: OutgoingCall['credentials'];
}

export interface CallsOutDeps {
  readonly lines: Lines;
  readonly driver: SipDriver;
  readonly reach: Reach;
  /** Room for one more call at a provider; undefined: it is gone. */
  readonly admitAt: (providerId: string) => Admission | undefined;
  readonly hear: (input: Input) => void;
  readonly mediaPort: (callId: string) => number | undefined;
  /** The address our SDP names. */
  readonly mediaAddress: string;
  /** The host in our From. */
  readonly ownHost: () => string;
  /** How long a destination may say nothing at all when there is another way to be tried; 0: as long as SIP waits. */
  readonly silentMs: number;
  readonly log: Logger;
}

/** The engine gives up no call by itself: the call centre has a deadline for each. */
const neverMs = 86_400_000;

/** Sends the INVITEs of outgoing calls, once it is known where they have to go. */
export class CallsOut {
  readonly #deps: CallsOutDeps;

  constructor(deps: CallsOutDeps) {
    this.#deps = deps;
  }

  async dial(effect: DialEffect): Promise<void> {
    const { callId, attempt } = effect;
    const { lines, reach, hear, mediaPort, log } = this.#deps;
    const port = mediaPort(callId);
    if (port === undefined) throw new Error(`call ${callId} is dialled before its media is open`);
    const room = attempt.providerId === nilId ? undefined : this.#deps.admitAt(attempt.providerId);
    if (attempt.providerId !== nilId && room?.ok !== true)
      return hear({ kind: 'callEnded', callId, end: { cause: room?.cause ?? cause.noCircuit } });
    const line = lines.outgoing(callId);
    if (room?.ok === true) line.release = room.release;
    try {
      const reached = await reach(attempt);
      if (!line.gone) this.#invite(line, effect, reached, port);
    } catch (error) {
      if (line.gone) return;
      lines.remove(line);
      log.warn({ call_id: callId, to: attempt.uri, err: error }, 'there is no way to a destination');
      hear({ kind: 'callEnded', callId, end: { cause: cause.networkOutOfOrder, status: 503 } });
    }
  }

  #invite(line: Line, { callId, attempt, another }: DialEffect, reached: Reached, port: number): void {
    const { driver, lines, mediaAddress, ownHost, silentMs } = this.#deps;
    const { displayName, user, host = ownHost() } = attempt.from;
    const uri = `sip:${encodeURIComponent(user)}@${host}`.replace('%2B', '+');
    line.peer = reached.path.remote.address;
    driver.run((sip, now) => {
      const wanted: OutgoingCall = {
        requestUri: attempt.uri,
        from: displayName === '' ? { uri } : { displayName, uri },
        to: { uri: attempt.uri },
        path: reached.path,
        local: { address: mediaAddress, port },
        headers: attempt.headers.map(({ name, value }) => [name, value] as const),
        timeoutMs: neverMs,
        ...(another && silentMs > 0 && { silentMs }),
        ...(attempt.codecs !== undefined && { codecs: offerOf(attempt.codecs) }),
        ...(reached.credentials !== undefined && { credentials: reached.credentials }),
      };
      lines.named(line, sip.call(wanted, now));
    });
    if (line.sip === undefined) throw new Error(`call ${callId} could not be sent`);
  }
}

/** Keys are offered with whatever codec. */
function offerOf(names: readonly string[]): readonly AudioCodec[] {
  return [...names, 'telephone-event'].flatMap(
    (name) => defaultAudioCodecs.find((codec) => codec.name === name) ?? [],
  );
}
