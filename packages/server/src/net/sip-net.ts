import type { Path } from '@parley/sip';
import type { Settings } from '../config/settings.ts';
import { listenTcp } from './tcp.ts';
import type { Listen, Listener, Listening } from './transport.ts';
import { listenUdp } from './udp.ts';

/** How often another port is tried when any is wanted and TCP's twin of the one UDP got is taken. */
const attempts = 10;

/** What listens: the system's sockets, or the virtual ones of the simulator. */
export interface SipSockets {
  readonly udp: Listen;
  readonly tcp: Listen;
}

const systemSockets: SipSockets = { udp: listenUdp, tcp: listenTcp };

/** The sockets SIP comes in by and goes out of: UDP and TCP on the same port. */
export class SipNet {
  readonly #host: string;
  readonly #wantedPort: number;
  readonly #listener: Listener;
  readonly #listen: SipSockets;
  #sockets: { readonly udp: Listening; readonly tcp: Listening } | undefined;
  #closed = false;

  constructor(
    { host, sipPort }: Pick<Settings, 'host' | 'sipPort'>,
    listener: Listener,
    sockets: SipSockets = systemSockets,
  ) {
    this.#host = host === 'localhost' ? '127.0.0.1' : host;
    this.#wantedPort = sipPort;
    this.#listener = listener;
    this.#listen = sockets;
  }

  /** The port listened on; before `listen`, the one that is wanted. */
  get port(): number {
    return this.#sockets?.udp.local.port ?? this.#wantedPort;
  }

  async listen(): Promise<void> {
    for (let attempt = 1; this.#sockets === undefined; attempt += 1) {
      const udp = await this.#listen.udp({ host: this.#host, port: this.#wantedPort }, this.#listener);
      try {
        const tcp = await this.#listen.tcp({ host: this.#host, port: udp.local.port }, this.#listener);
        this.#sockets = { udp, tcp };
      } catch (error) {
        await udp.close();
        if (this.#wantedPort !== 0 || attempt === attempts) throw error;
      }
    }
  }

  /** After `close` it goes nowhere: timers of SIP may still want to send something again. */
  send(path: Path, bytes: Uint8Array): void {
    if (this.#closed) return;
    const sockets = this.#sockets;
    if (sockets === undefined) throw new Error('nothing can be sent before SIP listens');
    if (path.transport === 'UDP') sockets.udp.send(path, bytes);
    else sockets.tcp.send(path, bytes);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.#sockets?.udp.close(), this.#sockets?.tcp.close()]);
  }
}
