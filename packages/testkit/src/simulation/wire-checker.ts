import type { Endpoint } from '../virtual-network.ts';
import type { Violations } from './violations.ts';

/** Reads what is sent: one final response of the server to an INVITE, and no sound of it to a call after BYE. */
export class WireChecker {
  readonly #violations: Violations;
  readonly #finals = new Map<string, string>();
  /** Where the phones of calls listen, by Call-ID. */
  readonly #ports = new Map<string, string>();
  /** The call that each place was last used for, and whether there was a BYE in it. */
  readonly #calls = new Map<string, string>();
  readonly #over = new Set<string>();

  constructor(violations: Violations) {
    this.#violations = violations;
  }

  /** The process is gone, and with it what it has said: the next one knows nothing of a dialog or a transaction. */
  died(): void {
    this.#finals.clear();
  }

  /** A phone tells where it wants to hear a call: a place that is heard again when it was used before. */
  phoneSentSip(bytes: Uint8Array, address: string): void {
    const text = textOf(bytes);
    const port = /\r\nm=audio (\d+)/.exec(text)?.[1];
    const callId = callIdOf(text);
    if (port === undefined || callId === undefined || this.#ports.has(callId)) return;
    const place = `${address}:${port}`;
    this.#ports.set(callId, place);
    this.#calls.set(place, callId);
    this.#over.delete(place);
  }

  sentSip(bytes: Uint8Array, to: Endpoint): void {
    const text = textOf(bytes);
    if (/\r\nCSeq: *\d+ BYE\r\n/i.test(text)) this.#end(callIdOf(text));
    const status = /^SIP\/2\.0 (\d{3}) /.exec(text)?.[1];
    if (status === undefined || status < '200' || !/\r\nCSeq: *\d+ INVITE\r\n/i.test(text)) return;
    this.#final(
      `${to.address}:${to.port} ${/\r\nVia:[^\r]*branch=([^;\r]+)/i.exec(text)?.[1] ?? ''}`,
      status,
    );
  }

  /** RTP has even ports; RTCP may still say goodbye on the odd one. */
  sentMedia(to: Endpoint): void {
    const place = `${to.address}:${to.port}`;
    if (to.port % 2 === 0 && this.#over.has(place))
      this.#violations.add(`sound was sent to ${place} after BYE`);
  }

  /** The phone may have another call there by then. */
  #end(callId: string | undefined): void {
    const place = callId === undefined ? undefined : this.#ports.get(callId);
    if (place !== undefined && this.#calls.get(place) === callId) this.#over.add(place);
  }

  #final(invite: string, status: string): void {
    const before = this.#finals.get(invite);
    if (before !== undefined && before !== status) {
      this.#violations.add(`INVITE ${invite} was answered ${before} and then ${status}`);
    }
    this.#finals.set(invite, status);
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

function callIdOf(text: string): string | undefined {
  return /\r\n(?:Call-ID|i): *([^\r]+)/i.exec(text)?.[1];
}
