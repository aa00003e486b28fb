import type { Path } from '@parley/sip';
import type { Settings } from '../config/settings.ts';
import { listenTcp } from './tcp.ts';
import type { Listener } from './transport.ts';
import { listenUdp } from './udp.ts';

/** The sockets SIP comes in by and goes out of. */
export interface SipNet {
  /** The same for UDP and TCP. */
  readonly port: number;
  send(path: Path, bytes: Uint8Array): void;
  close(): Promise<void>;
}

/** How often another port is tried when any is wanted and TCP's twin of the one UDP got is taken. */
const attempts = 10;

export async function listenSip(
  { host, sipPort }: Pick<Settings, 'host' | 'sipPort'>,
  listener: Listener,
): Promise<SipNet> {
  const address = host === 'localhost' ? '127.0.0.1' : host;
  for (let attempt = 1; ; attempt += 1) {
    const udp = await listenUdp({ host: address, port: sipPort }, listener);
    try {
      const tcp = await listenTcp({ host: address, port: udp.local.port }, listener);
      return {
        port: udp.local.port,
        send: (path, bytes) => (path.transport === 'UDP' ? udp.send(path, bytes) : tcp.send(path, bytes)),
        async close() {
          await Promise.all([udp.close(), tcp.close()]);
        },
      };
    } catch (error) {
      await udp.close();
      if (sipPort !== 0 || attempt === attempts) throw error;
    }
  }
}
