import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Journal } from './journal.ts';

export interface HttpRequest {
  /** Monotonic milliseconds at which it had arrived whole. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** `close`: the connection is cut instead of an answer. A promise: the answer is given when it resolves. */
export type Answering = (request: HttpRequest) => HttpAnswer | 'close' | Promise<HttpAnswer>;

/** Somebody else's web server: keeps what it was asked and answers as told. */
export class HttpPeer {
  readonly requests: Journal<HttpRequest>;
  readonly #answering: Answering;
  #server: Server | undefined;
  #port = 0;

  constructor(name: string, answering: Answering) {
    this.requests = new Journal(name);
    this.#answering = answering;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Listens; after `stop` on the same port as before. */
  start(): Promise<void> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url: path = '', headers } = request;
        this.#take({ at: performance.now(), method, path, headers, body: Buffer.concat(chunks) }, response);
      });
    });
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', () => {
        this.#port = (server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  /** Not there any more: connections are cut, new ones refused. */
  stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  #take(request: HttpRequest, response: ServerResponse): void {
    this.requests.add(request);
    const answer = this.#answering(request);
    if (answer === 'close') response.destroy();
    else if (answer instanceof Promise) void answer.then((late) => reply(response, late));
    else reply(response, answer);
  }
}

function reply(response: ServerResponse, { status, headers = {}, body = '' }: HttpAnswer): void {
  response.writeHead(status, headers);
  response.end(body);
}
