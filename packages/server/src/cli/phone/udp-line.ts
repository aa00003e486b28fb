import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { isIP, isIPv6 } from 'node:net';
import { Failure } from '../command.ts';
import type { SipLine, SipLineListener } from './ports.ts';

export interface UdpLine extends SipLine {
  /** From now on what comes in is handed on; before, it is dropped. */
  listen(listener: SipLineListener): void;
  close(): Promise<void>;
}

/**
 * A socket of its own on any free port, connected to the server: so the system chooses the address the server can
 * answer to, drops what others send, and tells at once when nobody listens there.
 */
export async function openUdpLine(server: { host: string; port: number }): Promise<UdpLine> {
  const address = await addressOf(server.host);
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.connect(server.port, address, () => {
      socket.off('error', reject);
      resolve();
    });
  }).catch((error: unknown) => {
    socket.close();
    throw new Failure(`${server.host} cannot be reached: ${messageOf(error)}`);
  });
  let listener: SipLineListener | undefined;
  let open = true;
  socket.on('message', (bytes) => listener?.received(bytes));
  socket.on('error', () => listener?.failed());
  const bound = socket.address();
  return {
    local: { address: bound.address, port: bound.port },
    remote: { address, port: server.port },
    listen(wanted) {
      listener = wanted;
    },
    send(bytes) {
      if (!open) return;
      socket.send(bytes, (error) => {
        if (error !== null) listener?.failed();
      });
    },
    close() {
      open = false;
      listener = undefined;
      return new Promise((resolve) => socket.close(() => resolve()));
    },
  };
}

async function addressOf(host: string): Promise<string> {
  if (isIP(host) !== 0) return host;
  try {
    return (await lookup(host, { order: 'ipv4first' })).address;
  } catch {
    throw new Failure(`there is no machine named ${host}; write its IP address, or mend the name`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
