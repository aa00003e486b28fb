import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { servePeer } from '../programs/peer-channel.ts';
import {
  ackText,
  byeText,
  type Dialled,
  type Heard,
  inviteText,
  okText,
  readText,
  answerText,
} from './phone-text.ts';

/**
 * A caller, and the phone of the agent that is rung for it, behind one socket: the caller hangs up while the phone rings, and
 * notes when the phone is told to stop. One call after another; nothing is sent twice, loopback loses nothing.
 */

export interface ImpatientLoad {
  readonly sipPort: number;
  readonly number: string;
  readonly times: number;
}

/** Longer than any wait worth measuring. */
const patienceMs = 10_000;

class Impatient {
  readonly #socket: Socket;
  readonly #name = randomBytes(6).toString('hex');
  /** The next message that this says yes to. */
  #awaited:
    | { readonly is: (heard: Heard, text: string) => boolean; readonly came: (text: string) => void }
    | undefined;
  #calls = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (bytes) => {
      const text = bytes.toString('latin1');
      const awaited = this.#awaited;
      if (awaited?.is(readText(text), text) !== true) return;
      this.#awaited = undefined;
      awaited.came(text);
    });
  }

  static async open(): Promise<Impatient> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new Impatient(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** From sending the BYE of the caller to having read the CANCEL at the phone, in ms. */
  async giveUp({ sipPort, number, times }: ImpatientLoad): Promise<readonly number[]> {
    const taken: number[] = [];
    for (let n = 0; n < times; n += 1) taken.push(await this.#giveUpOnce(sipPort, number));
    return taken;
  }

  async #giveUpOnce(sipPort: number, number: string): Promise<number> {
    const local = `127.0.0.1:${this.port}`;
    const callId = `${this.#name}-${this.#calls}`;
    this.#calls += 1;
    const call: Dialled = { callId, tag: callId, number, server: `127.0.0.1:${sipPort}`, local, rtpPort: 9 };
    const send = (text: string): void => this.#socket.send(text, sipPort, '127.0.0.1');

    const answered = this.#next('the answer', ({ status, callId: id }) => id === callId && status === 200);
    send(inviteText(call));
    const answer = readText(await answered);
    const rung = this.#next('the ringing', ({ status, method }) => status === 0 && method === 'INVITE');
    send(ackText(call, answer));
    const invite = await rung;
    send(answerText(invite, '180 Ringing', callId));

    const withdrawn = this.#next('CANCEL', ({ status, method }) => status === 0 && method === 'CANCEL');
    const hungUpAt = performance.now();
    send(byeText(call, answer));
    const cancel = await withdrawn;
    const tookMs = performance.now() - hungUpAt;
    send(okText(cancel));
    const over = this.#next('the end of it', ({ status, method }) => status === 0 && method === 'ACK');
    send(answerText(invite, '487 Request Terminated', callId));
    await over;
    return tookMs;
  }

  #next(what: string, is: (heard: Heard, text: string) => boolean): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${what} did not come`)), patienceMs);
      const came = (text: string): void => {
        clearTimeout(timer);
        resolve(text);
      };
      this.#awaited = { is, came };
    });
  }
}

function operationsOf(impatient: Impatient) {
  return {
    /** Resolves with the port of the phone. */
    listen: () => impatient.port,
    giveUp: (load: ImpatientLoad) => impatient.giveUp(load),
  };
}

export type ImpatientOperations = ReturnType<typeof operationsOf>;

servePeer(operationsOf(await Impatient.open()));
