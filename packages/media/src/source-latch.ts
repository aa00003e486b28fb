/** Where a datagram came from, or goes to; the address is an IP literal. */
export interface SocketAddress {
  readonly address: string;
  readonly port: number;
}

/**
 * For this long after negotiation the source that was negotiated may still take over from one that was latched on
 * to: a phone's first packets can take another way than the rest.
 */
const LEARNING_MS = 3000;

/** Packets in sequence that make another source than the negotiated one believable (RFC 3550 A.1, MIN_SEQUENTIAL). */
const MIN_SEQUENTIAL = 2;

/** `learning` is a packet of a source that may yet be latched on to; only `accept` may be listened to. */
export type SourceVerdict = 'accept' | 'learning' | 'drop';

/**
 * Decides whose RTP a leg listens to, and so where it sends (symmetric RTP, RFC 4961).
 *
 * - Nothing is accepted before a remote is negotiated.
 * - The negotiated address and port are accepted at once.
 * - A phone behind a NAT sends from elsewhere. Two packets in sequence from another port of the negotiated address, or
 *   from an address the caller vouches for (where the signalling came from), latch the leg on to that source.
 * - From then on every other source is dropped, until another remote is negotiated.
 */
export class SourceLatch {
  #remote: SocketAddress | undefined;
  #vouchedFor: readonly string[] = [];
  #latched: SocketAddress | undefined;
  #learningUntil = 0;
  #candidate = { address: '', port: 0, ssrc: 0, sequence: 0, packets: 0 };

  /** The remote of an offer or answer. The same again keeps what was learnt. */
  negotiate(remote: SocketAddress, vouchedFor: readonly string[], now: number): void {
    this.#vouchedFor = vouchedFor;
    if (remote.address === this.#remote?.address && remote.port === this.#remote.port) return;
    this.#remote = { address: remote.address, port: remote.port };
    this.#latched = undefined;
    this.#learningUntil = now + LEARNING_MS;
    this.#candidate.packets = 0;
  }

  /** Where to send: to the source latched on to, else to the negotiated remote; undefined before negotiation. */
  get target(): SocketAddress | undefined {
    return this.#latched ?? this.#remote;
  }

  /** May RTCP come from this address? Its port is the peer's affair. */
  acceptsControl(from: SocketAddress): boolean {
    return from.address === this.target?.address || this.#mayLatch(from);
  }

  accept(from: SocketAddress, ssrc: number, sequence: number, now: number): SourceVerdict {
    const latched = this.#latched;
    if (latched !== undefined && isSame(from, latched)) return 'accept';
    if (this.#remote === undefined) return 'drop';
    if (isSame(from, this.#remote)) {
      if (latched !== undefined && now >= this.#learningUntil) return 'drop';
      this.#latched = this.#remote;
      return 'accept';
    }
    if (!this.#mayLatch(from)) return 'drop';
    if (!this.#isBelievable(from, ssrc, sequence)) return 'learning';
    this.#latched = { address: from.address, port: from.port };
    return 'accept';
  }

  #mayLatch(from: SocketAddress): boolean {
    if (this.#latched !== undefined) return false;
    return from.address === this.#remote?.address || this.#vouchedFor.includes(from.address);
  }

  #isBelievable(from: SocketAddress, ssrc: number, sequence: number): boolean {
    const candidate = this.#candidate;
    const follows =
      candidate.packets > 0 &&
      isSame(from, candidate) &&
      ssrc === candidate.ssrc &&
      sequence === ((candidate.sequence + 1) & 0xffff);
    const packets = follows ? candidate.packets + 1 : 1;
    this.#candidate = { address: from.address, port: from.port, ssrc, sequence, packets };
    return packets >= MIN_SEQUENTIAL;
  }
}

function isSame(one: SocketAddress, other: SocketAddress): boolean {
  return one.port === other.port && one.address === other.address;
}
