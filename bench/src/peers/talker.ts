import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { servePeer } from '../programs/peer-channel.ts';
import {
  acceptText,
  ackText,
  byeText,
  type Dialled,
  type Heard,
  inviteText,
  okText,
  readText,
} from './phone-text.ts';
import type { SoundLine } from './sound-line.ts';
import { Talks } from './talks.ts';

/**
 * Phones that talk: they call numbers of the server, are called by it, and say a numbered packet each 20 ms to whoever they
 * are connected with. Nothing of SIP is sent twice: loopback loses nothing.
 */

export interface TalkLoad {
  readonly sipPort: number;
  /** Called in turn. */
  readonly numbers: readonly string[];
  readonly calls: number;
  /** Calls begun a second. */
  readonly rate: number;
  /**
   * `all`: everybody hears somebody. `first`: of all that call a number only the first does, all others send silence and
   * hear that one.
   */
  readonly speaks: 'all' | 'first';
}

interface Call extends Dialled {
  readonly line: SoundLine;
  to: string;
  contact: string;
  answered: (heard: Heard) => void;
}

/** Longer than any answer worth measuring. */
const patienceMs = 10_000;
const lookMs = 20;

class Talkers {
  readonly #talks = new Talks();
  readonly #socket: Socket;
  readonly #name = randomBytes(6).toString('hex');
  /** Made by us, and those made to us, by Call-ID. */
  readonly #calls = new Map<string, Call>();
  readonly #called = new Map<string, SoundLine | undefined>();
  #dialled = 0;
  /** What went wrong with a call that was answered; told at the next opportunity. */
  readonly #troubles = new Set<string>();

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setRecvBufferSize(4 * 1024 * 1024);
    socket.on('message', (bytes, { port }) => {
      this.#hear(bytes.toString('latin1'), port).catch((error: unknown) => this.#troubles.add(String(error)));
    });
  }

  static async open(): Promise<Talkers> {
    const socket = createSocket('udp4');
    const listening = once(socket, 'listening');
    socket.bind(0, '127.0.0.1');
    await listening;
    return new Talkers(socket);
  }

  /** Where it can be called. */
  get sipPort(): number {
    return this.#socket.address().port;
  }

  /** Makes calls and has them talk; resolves when all hear whom they are to hear. Throws when one does not. */
  async dial(load: TalkLoad): Promise<void> {
    await this.#talks.startDirect();
    const startedAt = performance.now();
    const answers: Promise<void>[] = [];
    for (let n = 0; n < load.calls; n += 1) {
      await pause(Math.max(0, startedAt + (n * 1000) / load.rate - performance.now()));
      answers.push(this.#dialOne(load, n));
    }
    await Promise.all(answers);
    const deaf = (): number => this.#talks.deaf(({ speaks }) => load.speaks === 'all' || !speaks);
    await this.#until(
      () => deaf() === 0,
      () => `${deaf()} phones hear nobody`,
    );
  }

  async begin(): Promise<void> {
    this.#assertNoTrouble();
    await this.#talks.begin();
  }

  async end(): Promise<ReturnType<Talks['end']>> {
    const report = await this.#talks.end();
    this.#assertNoTrouble();
    return report;
  }

  /** Ends all calls; resolves when those that were made to us are over too. */
  async hangUp(sipPort: number): Promise<void> {
    this.#talks.hush();
    for (const call of this.#calls.values())
      this.#send(byeText(call, { to: call.to, contact: call.contact }), sipPort);
    await this.#until(
      () => this.#calls.size + this.#called.size === 0,
      () => `${this.#calls.size} calls made and ${this.#called.size} taken are not over`,
    );
  }

  async #dialOne({ sipPort, numbers, speaks }: TalkLoad, n: number): Promise<void> {
    const line = await this.#talks.open(speaks === 'all' || n < numbers.length);
    const callId = `${this.#name}-${this.#dialled}`;
    this.#dialled += 1;
    const dialled = {
      callId,
      tag: callId,
      number: numbers[n % numbers.length] ?? '',
      server: `127.0.0.1:${sipPort}`,
      local: this.#local,
      rtpPort: line.port,
    };
    const heard = await this.#answerTo({ ...dialled, line, to: '', contact: '' }, sipPort);
    if (heard.status !== 200) throw new Error(`a call to ${dialled.number} was answered ${heard.status}`);
    if (heard.rtpPort === 0) throw new Error('the server answered without saying where its sound is');
    const call = this.#calls.get(callId);
    if (call === undefined) throw new Error('a call was over before it was answered');
    [call.to, call.contact] = [heard.to, heard.contact];
    this.#send(ackText(dialled, heard), sipPort);
    await line.aim(heard.rtpPort);
  }

  #answerTo(call: Omit<Call, 'answered'>, sipPort: number): Promise<Heard> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`a call to ${call.number} was not answered`)),
        patienceMs,
      );
      const answered = (heard: Heard): void => {
        clearTimeout(timer);
        resolve(heard);
      };
      this.#calls.set(call.callId, { ...call, answered });
      this.#send(inviteText(call), sipPort);
    });
  }

  async #hear(text: string, from: number): Promise<void> {
    const heard = readText(text);
    if (heard.status === 0) return await this.#request(text, heard, from);
    const call = this.#calls.get(heard.callId);
    if (call === undefined || heard.status < 200) return;
    if (heard.method === 'BYE') this.#over(call);
    else if (heard.method === 'INVITE') call.answered(heard);
  }

  async #request(text: string, heard: Heard, from: number): Promise<void> {
    if (heard.method === 'ACK') return;
    if (heard.method === 'INVITE') return await this.#take(text, heard, from);
    this.#send(okText(text), from);
    if (heard.method !== 'BYE') return;
    const call = this.#calls.get(heard.callId);
    if (call !== undefined) {
      this.#troubles.add('the server hung up');
      this.#over(call);
    }
    const line = this.#called.get(heard.callId);
    this.#called.delete(heard.callId);
    if (line !== undefined) this.#talks.close(line);
  }

  /** Answers a call at once. */
  async #take(invite: string, { callId, rtpPort }: Heard, from: number): Promise<void> {
    if (this.#called.has(callId)) {
      this.#troubles.add('the server sent an INVITE again');
      return;
    }
    this.#called.set(callId, undefined);
    const line = await this.#talks.open(true);
    this.#called.set(callId, line);
    this.#send(acceptText(invite, { tag: callId, local: this.#local, rtpPort: line.port }), from);
    await line.aim(rtpPort);
  }

  #over(call: Call): void {
    this.#calls.delete(call.callId);
    this.#talks.close(call.line);
  }

  async #until(holds: () => boolean, trouble: () => string): Promise<void> {
    const until = performance.now() + patienceMs;
    while (!holds()) {
      this.#assertNoTrouble();
      if (performance.now() > until) throw new Error(trouble());
      await pause(lookMs);
    }
  }

  #assertNoTrouble(): void {
    if (this.#troubles.size > 0) throw new Error([...this.#troubles].join('; '));
  }

  get #local(): string {
    return `127.0.0.1:${this.sipPort}`;
  }

  #send(text: string, port: number): void {
    this.#socket.send(text, port, '127.0.0.1');
  }
}

function operationsOf(talkers: Talkers) {
  return {
    /** Resolves with the port it can be called at. */
    listen: () => talkers.sipPort,
    dial: (load: TalkLoad) => talkers.dial(load),
    /** Opens a window; `end` closes it and tells what was heard. */
    begin: () => talkers.begin(),
    end: () => talkers.end(),
    hangUp: ({ sipPort }: { readonly sipPort: number }) => talkers.hangUp(sipPort),
  };
}

export type TalkerOperations = ReturnType<typeof operationsOf>;

servePeer(operationsOf(await Talkers.open()));
