import type { Endpoint } from '../virtual-network.ts';
import type { Violations } from './violations.ts';

/** Reads what the server sends: one final response per INVITE, and no sound to a phone whose call is over. */
export class WireChecker {
  readonly #violations: Violations;
  readonly #finals = new Map<string, string>();
  /** Phones, each with one call, that have sent or been sent a BYE. */
  readonly #over = new Set<string>();

  constructor(violations: Violations) {
    this.#violations = violations;
  }

  sentSip(bytes: Uint8Array, to: Endpoint): void {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    if (/\r\nCSeq: *\d+ BYE\r\n/i.test(text)) this.#over.add(to.address);
    const status = /^SIP\/2\.0 (\d{3}) /.exec(text)?.[1];
    if (status === undefined || status < '200' || !/\r\nCSeq: *\d+ INVITE\r\n/i.test(text)) return;
    this.#final(
      `${to.address}:${to.port} ${/\r\nVia:[^\r]*branch=([^;\r]+)/i.exec(text)?.[1] ?? ''}`,
      status,
    );
  }

  /** RTP has even ports; RTCP may still say goodbye on the odd one. */
  sentMedia(to: Endpoint): void {
    if (to.port % 2 === 0 && this.#over.has(to.address)) {
      this.#violations.add(`sound was sent to ${to.address} after BYE`);
    }
  }

  #final(invite: string, status: string): void {
    const before = this.#finals.get(invite);
    if (before !== undefined && before !== status) {
      this.#violations.add(`INVITE ${invite} was answered ${before} and then ${status}`);
    }
    this.#finals.set(invite, status);
  }
}
