import { createStreamFramer, type Path, type StreamFramer } from '@parley/sip';
import type { Listener } from './transport.ts';

/**
 * A connection on which nothing has been said for so long is closed; keep-alives (RFC 5626) count. Longer than the longest
 * registration: phones that send no keep-alives say nothing in between, and cannot be called without it.
 */
const idleMs = 65 * 60_000;
/** What may wait to be sent to a peer that does not read before it is cut off. */
const maxUnsentBytes = 1_048_576;
const connectMs = 5_000;

/** As much of a stream socket as SIP needs: one of Node's in a server, a virtual one in the simulator. */
export interface Stream {
  /** Not yet connected to the other side. */
  readonly connecting: boolean;
  /** Bytes written and not yet taken by the system. */
  readonly writableLength: number;
  write(bytes: Uint8Array | string): unknown;
  /** Closes it at once; `close` follows, after `error` when there is one. */
  destroy(error?: Error): unknown;
  /** Calls back each time that nothing was sent or received for so long; replaces the time set before. */
  setTimeout(ms: number, onIdle?: () => void): unknown;
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  once(event: 'connect' | 'close', listener: () => void): unknown;
}

/** Opens a stream to a peer; a failure comes as its `error` and `close`. */
export type Dial = (remote: Path['remote']) => Stream;

/** SIP over streams (RFC 3261 section 18): connections in both directions, messages cut out by Content-Length. */
export class StreamConnections {
  readonly #dial: Dial;
  readonly #listener: Listener;
  readonly #open = new Map<string, Connection>();
  #count = 0;

  constructor(dial: Dial, listener: Listener) {
    this.#dial = dial;
    this.#listener = listener;
  }

  /** Connections open or being opened. */
  get size(): number {
    return this.#open.size;
  }

  accept(stream: Stream, remote: Path['remote'], local: Path['local']): void {
    this.#add(stream, remote, local);
  }

  send(path: Path, bytes: Uint8Array): void {
    const connection = this.#find(path);
    if (connection !== undefined) return connection.write(bytes);
    if (path.connection !== undefined) {
      // Only the peer can open it again; the engine decides where else to send.
      this.#listener.failed(path, new Error('the connection is closed'));
      return;
    }
    this.#add(this.#dial(path.remote), path.remote, path.local, path).write(bytes);
  }

  closeAll(): void {
    for (const connection of this.#open.values()) connection.close();
  }

  #find(path: Path): Connection | undefined {
    if (path.connection !== undefined) return this.#open.get(path.connection);
    return [...this.#open.values()].find(
      ({ path: { remote } }) => remote.address === path.remote.address && remote.port === path.remote.port,
    );
  }

  /** `openedFor`: the path of the message that wanted the connection; it fails with it. */
  #add(stream: Stream, remote: Path['remote'], local: Path['local'], openedFor?: Path): Connection {
    this.#count += 1;
    const id = `tcp-${this.#count}`;
    const path: Path = { transport: 'TCP', local, remote, connection: id };
    const connection = new Connection(stream, path, this.#listener, (error) => {
      this.#open.delete(id);
      this.#listener.failed(path, error);
      if (openedFor !== undefined) this.#listener.failed(openedFor, error);
    });
    this.#open.set(id, connection);
    return connection;
  }
}

class Connection {
  readonly path: Path;
  readonly #stream: Stream;
  readonly #listener: Listener;
  readonly #framer: StreamFramer = createStreamFramer();

  constructor(stream: Stream, path: Path, listener: Listener, closed: (error: Error) => void) {
    this.path = path;
    this.#stream = stream;
    this.#listener = listener;
    let failure = new Error('the connection was closed');
    stream.setTimeout(stream.connecting ? connectMs : idleMs, () => stream.destroy(new Error('timed out')));
    stream.once('connect', () => stream.setTimeout(idleMs));
    stream.on('data', (chunk) => this.#receive(chunk));
    stream.on('error', (error) => {
      failure = error;
    });
    stream.once('close', () => {
      closed(failure);
    });
  }

  write(bytes: Uint8Array): void {
    this.#stream.write(bytes);
    if (this.#stream.writableLength > maxUnsentBytes)
      this.#stream.destroy(new Error('the peer does not read'));
  }

  close(): void {
    this.#stream.destroy();
  }

  #receive(chunk: Uint8Array): void {
    for (const event of this.#framer.push(chunk)) {
      if (event.kind === 'message') this.#listener.received(event.bytes, this.path);
      else if (event.kind === 'ping') this.#stream.write('\r\n');
      else if (event.kind === 'error') this.#stream.destroy(new Error(`not SIP: ${event.reason}`));
    }
  }
}
