import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { servePeer } from '../programs/peer-channel.ts';
import { summarize, type Summary } from '../statistics.ts';

/** Receives webhooks as a user's server would, with Node's own HTTP server, and notes when each came. */

export interface Reception {
  /** Requests, the repeated ones too. */
  readonly requests: number;
  /** Events; each is counted once. */
  readonly events: number;
  /** Monotonic milliseconds of this process; 0 when nothing came. */
  readonly firstAt: number;
  readonly lastAt: number;
  /**
   * From the time that stands in the event (it became true; the commit follows) until its last byte was here, in ms.
   * Empty unless asked for.
   */
  readonly latency: Summary;
  /** Events by tenth of a second since the first. */
  readonly tenths: readonly number[];
}

class Receiver {
  #server: Server | undefined;
  #measuresLatency = false;
  #seen = new Set<string>();
  #requests = 0;
  #firstAt = 0;
  #lastAt = 0;
  #latencies: number[] = [];
  #tenths: number[] = [];

  async listen(port: number): Promise<number> {
    const server = createServer((request, response) => this.#receive(request, response));
    server.keepAliveTimeout = 60_000;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    this.#server = server;
    return (server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  reset(latency: boolean): void {
    this.#measuresLatency = latency;
    this.#seen = new Set();
    this.#latencies = [];
    this.#tenths = [];
    this.#requests = 0;
    this.#firstAt = 0;
    this.#lastAt = 0;
  }

  report(): Reception {
    return {
      requests: this.#requests,
      events: this.#seen.size,
      firstAt: this.#firstAt,
      lastAt: this.#lastAt,
      latency: summarize(this.#latencies),
      tenths: Array.from(this.#tenths, (count) => count ?? 0),
    };
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => {
      if (this.#measuresLatency) chunks.push(chunk);
    });
    request.on('end', () => {
      const now = performance.now();
      this.#note(String(request.headers['webhook-id']), now);
      if (this.#measuresLatency) {
        const happened = happenedAt(Buffer.concat(chunks).toString());
        this.#latencies.push(performance.timeOrigin + now - happened);
      }
      response.writeHead(200, { 'content-length': 0 }).end();
    });
  }

  #note(id: string, now: number): void {
    this.#requests += 1;
    if (this.#firstAt === 0) this.#firstAt = now;
    this.#lastAt = now;
    if (this.#seen.has(id)) return;
    this.#seen.add(id);
    const tenth = Math.floor((now - this.#firstAt) / 100);
    this.#tenths[tenth] = (this.#tenths[tenth] ?? 0) + 1;
  }
}

/** The latest time in the event's resource that is not "not yet": when the event happened. Milliseconds since 1970. */
function happenedAt(body: string): number {
  const { data } = JSON.parse(body) as { readonly data: Readonly<Record<string, unknown>> };
  let latest = '';
  for (const [key, value] of Object.entries(data)) {
    if (!key.startsWith('tm_') || typeof value !== 'string' || value.startsWith('9999-')) continue;
    if (value > latest) latest = value;
  }
  // `YYYY-MM-DD HH:MM:SS.ffffff`, UTC: whole milliseconds and the three digits behind them.
  return Date.parse(`${latest.slice(0, 10)}T${latest.slice(11, 23)}Z`) + Number(latest.slice(23, 26)) / 1000;
}

function operationsOf(receiver: Receiver) {
  return {
    /** Resolves with the port; 0 takes a free one. */
    listen: ({ port }: { readonly port: number }) => receiver.listen(port),
    /** Refuses connections from now on. */
    close: () => receiver.close(),
    /** Forgets what came. */
    reset: ({ latency }: { readonly latency: boolean }) => receiver.reset(latency),
    report: () => receiver.report(),
  };
}

export type ReceiverOperations = ReturnType<typeof operationsOf>;

servePeer(operationsOf(new Receiver()));
