import { createHash } from 'node:crypto';
import type { MediaCommands, MediaEvent } from '@parley/media';
import { type CallId, createSipEngine, type Path, type SipEngine, type SipOutput } from '@parley/sip';
import { Phone, type PhoneNews, type PhonePlan } from '../phone.ts';
import type { PhonePorts } from '../ports.ts';
import { ManualClock } from './manual-clock.ts';

const phoneAt = { address: '127.0.0.1', port: 40_000 };
const serverAt = { address: '127.0.0.1', port: 5060 };

/** One way over the line takes so long. */
const lineMs = 1;

/** A phone, the SIP engine of a server that does what the test says, and a line between them. */
export class Stage {
  readonly clock = new ManualClock();
  readonly news: PhoneNews[] = [];
  readonly recorded: Int16Array[] = [];
  /** What the phone asked of its media, such as `digits 1`. */
  readonly asked: string[] = [];
  readonly phone: Phone;
  readonly server: SipEngine;
  /** What the server's engine reported, apart from what it sent. */
  readonly served: SipOutput[] = [];
  /** Nothing gets through in either direction. */
  cut = false;
  #tokens = 0;
  #mediaEvent: (event: MediaEvent) => void = () => undefined;

  constructor(plan: Partial<PhonePlan> = {}) {
    this.server = createSipEngine(
      { userAgent: 'Server', local: () => serverAt },
      { hash: digest, token: () => this.#token() },
    );
    this.phone = new Phone(
      { number: '100', from: '200', keys: '', sound: undefined, talkMs: 60_000, ...plan },
      this.#ports(),
      { news: (news) => this.news.push(news), heard: (samples) => this.recorded.push(samples) },
    );
  }

  /** The call as the server sees it. */
  get call(): CallId {
    const offered = this.served.find((output) => output.kind === 'incomingCall');
    if (offered === undefined) throw new Error('no call has reached the server');
    return offered.call;
  }

  get told(): string[] {
    return this.news.map(({ kind }) => kind);
  }

  /** Dials, up to where the server has the call. */
  dial(): void {
    this.phone.dial();
    this.media({ type: 'opened', leg: 'phone', port: 30_000 });
    this.clock.pass(2 * lineMs);
  }

  /** Has the server do something, and lets it arrive. */
  serve(run: (server: SipEngine, call: CallId, now: number) => void): void {
    run(this.server, this.call, this.clock.ms);
    this.#drainServer();
    this.clock.pass(4 * lineMs);
  }

  /** Dialled and answered. */
  talk(): void {
    this.dial();
    this.serve((server, call, now) => server.answer(call, { address: '127.0.0.1', port: 10_000 }, now));
  }

  media(event: MediaEvent): void {
    this.#mediaEvent(event);
  }

  /** Lets the phone hear so much, 200 ms at a time, while time passes. */
  hear(kind: 'sound' | 'silence', ms: number): void {
    for (let heard = 0; heard < ms; heard += 200) {
      this.clock.pass(200);
      const samples = new Int16Array(1600).fill(0);
      if (kind === 'sound') samples.forEach((_, at) => (samples[at] = at % 2 === 0 ? 3000 : -3000));
      this.media({ type: 'heard', leg: 'phone', samples });
    }
  }

  #token(): string {
    this.#tokens += 1;
    return this.#tokens.toString(16).padStart(16, '0');
  }

  #ports(): PhonePorts {
    const path: Path = { transport: 'UDP', local: serverAt, remote: phoneAt };
    return {
      clock: this.clock,
      hash: digest,
      token: () => this.#token(),
      line: {
        local: phoneAt,
        remote: serverAt,
        send: (bytes) => this.#carry(() => this.server.receive(bytes, path, this.clock.ms)),
      },
      createMedia: (onEvent) => {
        this.#mediaEvent = onEvent;
        return this.#noteCommands();
      },
    };
  }

  #carry(deliver: () => void): void {
    if (this.cut) return;
    this.clock.after(lineMs, () => {
      deliver();
      this.#drainServer();
    });
  }

  #drainServer(): void {
    for (let output = this.server.next(); output !== undefined; output = this.server.next()) {
      if (output.kind !== 'send') this.served.push(output);
      else {
        const { bytes } = output;
        this.#carry(() => this.phone.received(bytes));
      }
    }
  }

  #noteCommands(): MediaCommands {
    const note = (text: string): void => void this.asked.push(text);
    return {
      open: () => note('open'),
      connect: (_, { remote }) => note(`connect ${remote.port}`),
      play: (_leg, play) => note(`play ${play}`),
      echo: () => note('echo'),
      digits: (_leg, _play, { digits }) => note(`digits ${digits}`),
      stop: () => note('stop'),
      record: () => note('record'),
      stopRecord: () => note('stopRecord'),
      join: () => note('join'),
      leave: () => note('leave'),
      playRoom: () => note('playRoom'),
      stopRoom: () => note('stopRoom'),
      startRecording: () => note('startRecording'),
      pauseRecording: () => note('pauseRecording'),
      resumeRecording: () => note('resumeRecording'),
      stopRecording: () => note('stopRecording'),
      stats: () => note('stats'),
      close: () => note('close'),
    };
  }
}

function digest(algorithm: 'MD5' | 'SHA-256', text: string): string {
  return createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
    .update(text)
    .digest('hex');
}
