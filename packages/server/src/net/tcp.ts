import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { StreamConnections } from './stream-connections.ts';
import type { Listener, Listening, NetSettings } from './transport.ts';

/** Open connections in all: each costs a file handle, and a phone needs one. */
const maxConnections = 5_000;

/** SIP over TCP: the sockets; what goes through them is the matter of `StreamConnections`. */
export async function listenTcp(settings: NetSettings, listener: Listener): Promise<Listening> {
  const connections = new StreamConnections(
    ({ address, port }) => createConnection({ host: address, port, noDelay: true, keepAlive: true }),
    listener,
  );
  const server = createServer({ noDelay: true, keepAlive: true }, (socket) => accept(connections, socket));
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

function accept(connections: StreamConnections, socket: Socket): void {
  const { remoteAddress, remotePort, localAddress, localPort } = socket;
  if (remoteAddress === undefined || remotePort === undefined) {
    socket.destroy();
    return;
  }
  const local = { address: localAddress ?? '', port: localPort ?? 0 };
  connections.accept(socket, { address: remoteAddress, port: remotePort }, local);
}
