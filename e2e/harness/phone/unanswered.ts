import { header, isRequest, methodOf, type SipMessage, statusOf } from './sip-text.ts';

/** RFC 3261 section 17.1: T1, and the longest pause between two sendings of what is no INVITE. */
const firstPauseMs = 500;
const longestPauseMs = 4000;
/** 64 times T1: whoever has not answered by then does not. */
const givenUpMs = 64 * firstPauseMs;

/**
 * Requests sent over UDP that nobody has responded to: they are sent again, as by every telephone, for a datagram may be lost when
 * the server's socket has no room for it.
 */
export class Unanswered {
  readonly #send: (message: SipMessage) => void;
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(send: (message: SipMessage) => void) {
    this.#send = send;
  }

  /** It has been sent for the first time. */
  sent(message: SipMessage): void {
    if (statusOf(message) !== undefined || isRequest(message, 'ACK')) return;
    const key = transaction(message);
    this.#stop(key);
    this.#wait(key, message, firstPauseMs, givenUpMs);
  }

  /** A response, whatever it says. */
  received(message: SipMessage): void {
    if (statusOf(message) !== undefined) this.#stop(transaction(message));
  }

  close(): void {
    for (const key of this.#timers.keys()) this.#stop(key);
  }

  #wait(key: string, message: SipMessage, pauseMs: number, leftMs: number): void {
    if (pauseMs > leftMs) return this.#stop(key);
    const again = (): void => {
      this.#send(message);
      const longer = isRequest(message, 'INVITE') ? pauseMs * 2 : Math.min(pauseMs * 2, longestPauseMs);
      this.#wait(key, message, longer, leftMs - pauseMs);
    };
    this.#timers.set(key, setTimeout(again, pauseMs));
  }

  #stop(key: string): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
  }
}

/** A CANCEL has the branch of its INVITE. */
function transaction(message: SipMessage): string {
  const branch = /;branch=([^;,\s]+)/i.exec(header(message, 'Via'))?.[1] ?? '';
  return `${branch} ${methodOf(message)}`;
}
