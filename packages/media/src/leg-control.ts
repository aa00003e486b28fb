import type { Connection } from './protocol.ts';
import type { RtcpSession } from './rtcp-session.ts';
import type { SocketAddress, SourceLatch } from './source-latch.ts';

/** What became of an RTCP datagram. */
export type ControlVerdict = 'taken' | 'injected' | 'malformed';

/** Whose RTCP a leg takes, and where its own goes. */
export class LegControl {
  readonly #session: RtcpSession;
  readonly #latch: SourceLatch;
  readonly #send: (bytes: Uint8Array, target: SocketAddress) => void;
  #connection: Connection | undefined;
  /** Where RTCP goes once some has come; before that it is derived from where RTP goes. */
  #target: SocketAddress | undefined;

  constructor(
    session: RtcpSession,
    latch: SourceLatch,
    send: (bytes: Uint8Array, target: SocketAddress) => void,
  ) {
    this.#session = session;
    this.#latch = latch;
    this.#send = send;
  }

  connect(connection: Connection, now: number): void {
    const before = this.#connection?.remote;
    const moved = before?.address !== connection.remote.address || before.port !== connection.remote.port;
    if (moved) this.#target = undefined;
    this.#connection = connection;
    this.#session.start(now);
  }

  receive(bytes: Uint8Array, from: SocketAddress, now: number): ControlVerdict {
    if (!this.#latch.acceptsControl(from)) return 'injected';
    if (!this.#session.receive(bytes, now)) return 'malformed';
    this.#target ??= { address: from.address, port: from.port };
    return 'taken';
  }

  /** Sends the report that is due. */
  tick(now: number): void {
    if (now >= this.#session.reportAt) this.#emit(this.#session.report(now));
  }

  /** Says goodbye, if anything was ever said. */
  close(now: number): void {
    if (this.#session.reportAt !== Infinity) this.#emit(this.#session.goodbye(now));
  }

  #emit(bytes: Uint8Array): void {
    const target = this.#target ?? this.#derivedTarget();
    if (target !== undefined) this.#send(bytes, target);
  }

  #derivedTarget(): SocketAddress | undefined {
    const { target } = this.#latch;
    if (target === undefined) return undefined;
    return { address: target.address, port: this.#connection?.remote.rtcpPort ?? target.port + 1 };
  }
}
