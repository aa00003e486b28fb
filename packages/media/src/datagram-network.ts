import type { Result } from './result.ts';
import type { SocketAddress } from './source-latch.ts';

/** A bound UDP socket, as much of one as media needs. */
export interface DatagramSocket {
  /** Sends the first `length` bytes; they may be overwritten once this returns. Datagrams may be lost silently. */
  send(bytes: Uint8Array, length: number, address: string, port: number): void;
  close(): void;
}

/** UDP as the media host sees it: real in the worker, virtual in simulations. */
export interface DatagramNetwork {
  /**
   * Binds a socket. Calls `done` exactly once, at once or later; after success every datagram goes to `onPacket`, whose
   * bytes are lent until it returns.
   */
  bind(
    address: string,
    port: number,
    onPacket: (bytes: Uint8Array, from: SocketAddress) => void,
    done: (bound: Result<DatagramSocket>) => void,
  ): void;
}
