import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { servePeer } from '../programs/peer-channel.ts';
import { okText, readText, answerText } from './phone-text.ts';

/**
 * The phones of agents, behind one socket. Each agent in turn is set to `available` over the API; its phone notes when it is rung,
 * and is busy, so that the caller goes back into the line and the agent is away until its next turn.
 */

export interface AgentPhone {
  readonly agentId: string;
  /** Of the phone's address. */
  readonly user: string;
}

export interface DeskLoad {
  readonly httpPort: number;
  readonly accessKey: string;
  readonly phones: readonly AgentPhone[];
  /** How often one becomes available. */
  readonly times: number;
  /** So many a second. */
  readonly rate: number;
}

export interface DeskReport {
  /** From sending the request to having read the INVITE, in ms. */
  readonly rungMs: readonly number[];
  /** From sending the request to its answer, in ms: what of the time above is the API's. */
  readonly apiMs: readonly number[];
}

/** Longer than any wait worth measuring. */
const patienceMs = 10_000;

class Desk {
  readonly #socket: Socket;
  readonly #rung = new Map<string, (at: number) => void>();
  readonly #refused = new Set<string>();

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (bytes, { port }) => this.#hear(bytes.toString('latin1'), port));
  }

  static async open(): Promise<Desk> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new Desk(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  async ring({ httpPort, accessKey, phones, times, rate }: DeskLoad): Promise<DeskReport> {
    const startedAt = performance.now();
    const turns: Promise<{ readonly rungMs: number; readonly apiMs: number }>[] = [];
    for (let n = 0; n < times; n += 1) {
      await pause(Math.max(0, startedAt + (n * 1000) / rate - performance.now()));
      const phone = phones[n % phones.length];
      if (phone !== undefined) turns.push(this.#turn(phone, httpPort, accessKey));
    }
    const done = await Promise.all(turns);
    return { rungMs: done.map(({ rungMs }) => rungMs), apiMs: done.map(({ apiMs }) => apiMs) };
  }

  async #turn(
    { agentId, user }: AgentPhone,
    httpPort: number,
    key: string,
  ): Promise<{ readonly rungMs: number; readonly apiMs: number }> {
    const url = `http://127.0.0.1:${httpPort}/v1.0/agents/${agentId}/status`;
    const rung = this.#untilRung(user);
    const sentAt = performance.now();
    const response = await fetch(url, {
      method: 'PUT',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ status: 'available' }),
    });
    const apiMs = performance.now() - sentAt;
    if (response.status !== 200) throw new Error(`an agent could not be set: ${await response.text()}`);
    const rungAt = await rung.catch((error: unknown) => this.#explained(error, url, key));
    return { rungMs: rungAt - sentAt, apiMs };
  }

  /** With what the server says of the agent. */
  async #explained(error: unknown, statusUrl: string, key: string): Promise<never> {
    const about = async (path: string): Promise<string> => {
      const url = statusUrl.replace('/status', path);
      return await (await fetch(url, { headers: { authorization: `Bearer ${key}` } })).text();
    };
    throw new Error(`${String(error)}: ${await about('')} ${await about('/explain')}`);
  }

  #untilRung(user: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${user} was not rung`)), patienceMs);
      this.#rung.set(user, (at) => {
        clearTimeout(timer);
        resolve(at);
      });
    });
  }

  #hear(text: string, port: number): void {
    const now = performance.now();
    const { method, callId, status } = readText(text);
    if (status !== 0 || method === 'ACK') return;
    if (method !== 'INVITE') return this.#send(okText(text), port);
    this.#send(answerText(text, '486 Busy Here', callId), port);
    if (this.#refused.has(callId)) return;
    this.#refused.add(callId);
    const user = /^INVITE sip:([^@;]+)@/.exec(text)?.[1] ?? '';
    const rung = this.#rung.get(user);
    this.#rung.delete(user);
    rung?.(now);
  }

  #send(text: string, port: number): void {
    this.#socket.send(text, port, '127.0.0.1');
  }
}

function operationsOf(desk: Desk) {
  return {
    /** Resolves with the port of the phones. */
    listen: () => desk.port,
    ring: (load: DeskLoad) => desk.ring(load),
  };
}

export type DeskOperations = ReturnType<typeof operationsOf>;

servePeer(operationsOf(await Desk.open()));
