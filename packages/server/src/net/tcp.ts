import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { createStreamFramer, type Path, type StreamFramer } from '@parley/sip';
import type { Listener, Listening, NetSettings } from './transport.ts';

/** Open connections in all: each costs a file handle, and a phone needs one. */
const maxConnections = 5_000;
/** A connection on which nothing has been said for so long is closed; keep-alives (RFC 5626) count. */
const idleMs = 15 * 60_000;
/** What may wait to be sent to a peer that does not read before it is cut off. */
const maxUnsentBytes = 1_048_576;
const connectMs = 5_000;

/** SIP over TCP (RFC 3261 section 18): connections in both directions, messages cut out by Content-Length. */
export async function listenTcp(settings: NetSettings, listener: Listener): Promise<Listening> {
  const connections = new Connections(listener);
  const server = createServer({ noDelay: true, keepAlive: true }, (socket) => connections.accept(socket));
  server.maxConnections = maxConnections;
  await listen(server, settings);
  server.on('error', (error) => listener.trouble('tcp', error));
  const bound = server.address();
  const local = {
    address: settings.host,
    port: typeof bound === 'object' && bound !== null ? bound.port : settings.port,
  };
  return {
    local,
    send: (path, bytes) => connections.send(path, bytes),
    close() {
      connections.closeAll();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function listen(server: Server, { host, port }: NetSettings): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

class Connections {
  readonly #listener: Listener;
  readonly #open = new Map<string, Connection>();
  #count = 0;

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  accept(socket: Socket): void {
    const { remoteAddress, remotePort, localAddress, localPort } = socket;
    if (remoteAddress === undefined || remotePort === undefined) {
      socket.destroy();
      return;
    }
    const remote = { address: remoteAddress, port: remotePort };
    this.#add(socket, remote, { address: localAddress ?? '', port: localPort ?? 0 });
  }

  send(path: Path, bytes: Uint8Array): void {
    const connection = this.#find(path);
    if (connection !== undefined) return connection.write(bytes);
    if (path.connection !== undefined) {
      // Only the peer can open it again; the engine decides where else to send.
      this.#listener.failed(path, new Error('the connection is closed'));
      return;
    }
    const socket = createConnection({
      host: path.remote.address,
      port: path.remote.port,
      noDelay: true,
      keepAlive: true,
    });
    this.#add(socket, path.remote, path.local, path).write(bytes);
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
  #add(socket: Socket, remote: Path['remote'], local: Path['local'], openedFor?: Path): Connection {
    this.#count += 1;
    const id = `tcp-${this.#count}`;
    const path: Path = { transport: 'TCP', local, remote, connection: id };
    const connection = new Connection(socket, path, this.#listener, (error) => {
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
  readonly #socket: Socket;
  readonly #listener: Listener;
  readonly #framer: StreamFramer = createStreamFramer();

  constructor(socket: Socket, path: Path, listener: Listener, closed: (error: Error) => void) {
    this.path = path;
    this.#socket = socket;
    this.#listener = listener;
    let failure = new Error('the connection was closed');
    socket.setTimeout(socket.connecting ? connectMs : idleMs, () => socket.destroy(new Error('timed out')));
    socket.once('connect', () => socket.setTimeout(idleMs));
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', (error) => {
      failure = error;
    });
    socket.once('close', () => {
      closed(failure);
    });
  }

  write(bytes: Uint8Array): void {
    this.#socket.write(bytes);
    if (this.#socket.writableLength > maxUnsentBytes)
      this.#socket.destroy(new Error('the peer does not read'));
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Uint8Array): void {
    for (const event of this.#framer.push(chunk)) {
      if (event.kind === 'message') this.#listener.received(event.bytes, this.path);
      else if (event.kind === 'ping') this.#socket.write('\r\n');
      else if (event.kind === 'error') this.#socket.destroy(new Error(`not SIP: ${event.reason}`));
    }
  }
}
