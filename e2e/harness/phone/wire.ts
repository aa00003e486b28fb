import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { createConnection, type Socket } from 'node:net';

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** How a phone's messages travel. */
export interface Wire {
  readonly transport: 'UDP' | 'TCP';
  readonly local: Endpoint;
  send(text: string): void;
  close(): Promise<void>;
}

export async function openWire(
  transport: Wire['transport'],
  server: Endpoint,
  received: (text: string) => void,
): Promise<Wire> {
  return transport === 'UDP' ? await openUdp(server, received) : await openTcp(server, received);
}

async function openUdp(server: Endpoint, received: (text: string) => void): Promise<Wire> {
  const socket = await bindUdp();
  socket.on('message', (bytes) => received(bytes.toString('utf8')));
  return {
    transport: 'UDP',
    local: socket.address(),
    // A server that is gone is what some tests are about: that nobody listens is no error of the phone.
    send: (text) => socket.send(text, server.port, server.address, () => undefined),
    close: () => closeUdp(socket),
  };
}

export function bindUdp(port = 0): Promise<DatagramSocket> {
  const socket = createSocket('udp4');
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, '127.0.0.1', () => {
      socket.off('error', reject);
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}

export function closeUdp(socket: DatagramSocket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()));
}

function openTcp(server: Endpoint, received: (text: string) => void): Promise<Wire> {
  const socket = createConnection({ host: server.address, port: server.port, noDelay: true });
  socket.on('data', messageCutter(received));
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.on('error', () => undefined);
      resolve({
        transport: 'TCP',
        local: { address: '127.0.0.1', port: socket.localPort ?? 0 },
        send: (text) => socket.write(text),
        close: () => closeTcp(socket),
      });
    });
  });
}

function closeTcp(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) return resolve();
    socket.once('close', () => resolve());
    socket.destroy();
  });
}

/** Cuts a stream into messages at their Content-Length. */
function messageCutter(received: (text: string) => void): (chunk: Buffer) => void {
  let pending = Buffer.alloc(0);
  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    for (;;) {
      const headEnd = pending.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const head = pending.subarray(0, headEnd).toString('utf8');
      const length = Number(/^(?:content-length|l)\s*:\s*(\d+)/im.exec(head)?.[1] ?? Number.NaN);
      if (Number.isNaN(length)) throw new Error(`a message over TCP without Content-Length: ${head}`);
      const end = headEnd + 4 + length;
      if (pending.length < end) return;
      received(pending.subarray(0, end).toString('utf8'));
      pending = pending.subarray(end);
    }
  };
}
