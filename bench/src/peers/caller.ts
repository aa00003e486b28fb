import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { servePeer } from '../programs/peer-channel.ts';
import { ackText, type Answer, byeText, type Dialled, inviteText, okText, readText } from './phone-text.ts';

/** Phones that call, measuring to the microsecond how long the answer took. Nothing is sent twice: loopback loses nothing. */

export interface CallLoad {
  readonly sipPort: number;
  readonly number: string;
  /** Calls begun a second. */
  readonly rate: number;
  readonly calls: number;
  /** From the answer until the caller hangs up; 0: only `hangUp` ends them. */
  readonly holdMs: number;
  /** Where the sound of each call is to go, in turn; calls that do not care name one port. */
  readonly rtpPorts: readonly number[];
}

export interface CallReport {
  /** From sending the INVITE to having read the 200, in ms, of each answered call. */
  readonly answeredMs: readonly number[];
  /** Answered, and the BYE was answered too. */
  readonly ended: number;
  /** Refused, or without an answer for too long. */
  readonly failed: number;
  /** What the server said when it refused, each once. */
  readonly refusals: readonly string[];
}

interface Call extends Dialled {
  readonly sentAt: number;
  answer: Answer | undefined;
  timer: NodeJS.Timeout | undefined;
}

/** Longer than any answer worth measuring. */
const patienceMs = 5_000;

class Phones {
  readonly #load: CallLoad;
  readonly #socket: Socket;
  readonly #calls = new Map<string, Call>();
  readonly #answeredMs: number[] = [];
  readonly #refusals = new Set<string>();
  readonly #name = randomBytes(6).toString('hex');
  readonly #changed = new Set<() => void>();
  #begun = 0;
  #answered = 0;
  #ended = 0;
  #failed = 0;

  constructor(load: CallLoad, socket: Socket) {
    this.#load = load;
    this.#socket = socket;
    socket.on('message', (bytes) => this.#hear(bytes.toString('latin1')));
  }

  /** Begins the calls evenly; resolves when the last has begun. */
  begin(): Promise<void> {
    const { rate, calls } = this.#load;
    const startedAt = performance.now();
    return new Promise((resolve) => {
      const due = (): void => {
        const wanted = Math.min(calls, Math.floor(((performance.now() - startedAt) * rate) / 1000) + 1);
        while (this.#begun < wanted) this.#dial();
        if (this.#begun >= calls) return resolve();
        setTimeout(due, Math.max(0, startedAt + (this.#begun * 1000) / rate - performance.now()));
      };
      due();
    });
  }

  /** Resolves when every call has been answered or has failed. */
  allAnswered(): Promise<void> {
    return this.#until(() => this.#answered + this.#failed === this.#begun);
  }

  allEnded(): Promise<void> {
    return this.#until(() => this.#ended + this.#failed === this.#begun);
  }

  hangUpAll(): void {
    for (const call of this.#calls.values()) this.#hangUp(call);
  }

  close(): void {
    this.#socket.close();
  }

  report(): CallReport {
    return {
      answeredMs: this.#answeredMs,
      ended: this.#ended,
      failed: this.#failed,
      refusals: [...this.#refusals],
    };
  }

  #until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!holds()) return;
        this.#changed.delete(look);
        resolve();
      };
      this.#changed.add(look);
      look();
    });
  }

  #dial(): void {
    const { sipPort, number, rtpPorts } = this.#load;
    const callId = `${this.#name}-${this.#begun}`;
    const rtpPort = rtpPorts[this.#begun % rtpPorts.length] ?? 9;
    const local = `127.0.0.1:${this.#socket.address().port}`;
    this.#begun += 1;
    const dialled = { callId, tag: callId, number, server: `127.0.0.1:${sipPort}`, local, rtpPort };
    const text = inviteText(dialled);
    const call: Call = { ...dialled, sentAt: performance.now(), answer: undefined, timer: undefined };
    call.timer = setTimeout(() => this.#fail(call, 'no answer'), patienceMs);
    this.#calls.set(callId, call);
    this.#send(text);
  }

  #hear(text: string): void {
    const now = performance.now();
    const heard = readText(text);
    if (heard.status === 0) return this.#send(okText(text));
    const call = this.#calls.get(heard.callId);
    if (call === undefined || heard.status < 200) return;
    if (heard.method === 'BYE') this.#over(call);
    else if (heard.status === 200 && call.answer === undefined) this.#connect(call, heard, now);
    else if (heard.status >= 300) this.#fail(call, `${heard.status}`);
  }

  #connect(call: Call, answer: Answer, now: number): void {
    this.#answeredMs.push(now - call.sentAt);
    this.#answered += 1;
    call.answer = answer;
    clearTimeout(call.timer);
    this.#send(ackText(call, answer));
    const { holdMs } = this.#load;
    if (holdMs > 0) call.timer = setTimeout(() => this.#hangUp(call), holdMs);
    this.#tell();
  }

  #hangUp(call: Call): void {
    if (call.answer === undefined) return;
    clearTimeout(call.timer);
    call.timer = setTimeout(() => this.#fail(call, 'no answer to BYE'), patienceMs);
    this.#send(byeText(call, call.answer));
  }

  #over(call: Call): void {
    clearTimeout(call.timer);
    this.#calls.delete(call.callId);
    this.#ended += 1;
    this.#tell();
  }

  #fail(call: Call, why: string): void {
    clearTimeout(call.timer);
    this.#calls.delete(call.callId);
    this.#refusals.add(why);
    this.#failed += 1;
    this.#tell();
  }

  #tell(): void {
    for (const look of this.#changed) look();
  }

  #send(text: string): void {
    this.#socket.send(text, this.#load.sipPort, '127.0.0.1');
  }
}

async function openPhones(load: CallLoad): Promise<Phones> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', resolve);
  });
  socket.setRecvBufferSize(4 * 1024 * 1024);
  return new Phones(load, socket);
}

/** Makes calls and ends them; resolves when the last is over. */
async function callAndEnd(load: CallLoad): Promise<CallReport> {
  const phones = await openPhones(load);
  await phones.begin();
  await phones.allEnded();
  phones.close();
  return phones.report();
}

/** Calls that stay up until they are told to end. */
class HeldCalls {
  #phones: Phones[] = [];

  /** Resolves when all have been answered, or have failed. */
  async add(load: CallLoad): Promise<CallReport> {
    const phones = await openPhones(load);
    this.#phones.push(phones);
    await phones.begin();
    await phones.allAnswered();
    return phones.report();
  }

  async hangUp(): Promise<void> {
    for (const phones of this.#phones.splice(0)) {
      phones.hangUpAll();
      await phones.allEnded();
      phones.close();
    }
  }
}

function operationsOf(held: HeldCalls) {
  return {
    call: callAndEnd,
    /** Makes calls that stay up. */
    hold: (load: Omit<CallLoad, 'holdMs'>) => held.add({ ...load, holdMs: 0 }),
    /** Ends all calls that stay up. */
    hangUp: () => held.hangUp(),
  };
}

export type CallerOperations = ReturnType<typeof operationsOf>;

servePeer(operationsOf(new HeldCalls()));
