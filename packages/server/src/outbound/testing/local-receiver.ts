import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers a request; leaving the response alone hangs. */
export type Answer = (request: ReceivedRequest, response: ServerResponse) => void;

/** A real HTTP server on loopback that keeps what it was sent. */
export class LocalReceiver {
  readonly requests: ReceivedRequest[] = [];
  connections = 0;
  answer: Answer = (_, response) => void response.writeHead(204).end();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => this.#receive(request, response));
    this.#server.on('connection', () => {
      this.connections += 1;
    });
  }

  static async open(): Promise<LocalReceiver> {
    const receiver = new LocalReceiver();
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '' } = request;
      const headers = request.headers as Record<string, string>;
      const received = { method, path: url, headers, body: Buffer.concat(chunks).toString('utf8') };
      this.requests.push(received);
      this.answer(received, response);
    });
  }
}
