import { createHash, randomBytes, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  type Clip,
  clipFromWav,
  createMediaService,
  type LegStatistics,
  type MediaService,
} from '@parley/media';
import { printHostPort } from '@parley/sip';
import { createSystemClock } from '../../clock.ts';
import { createEventReader } from '../api-client.ts';
import { Failure, type Terminal, UsageError } from '../command.ts';
import { eventText } from '../event-line.ts';
import type { ServerAddress } from '../server-address.ts';
import { heardText, newsText, qualityText, timeColumn } from './call-lines.ts';
import { CallWatch } from './call-watch.ts';
import { type CallEnd, Phone, type PhoneNews } from './phone.ts';
import type { PhonePorts, SipLine } from './ports.ts';
import { openUdpLine, type UdpLine } from './udp-line.ts';
import { verdictOn } from './verdict.ts';
import { WavRecording } from './wav-recording.ts';

export interface CallOptions {
  readonly number: string;
  readonly keys: string;
  /** undefined: a random number. */
  readonly from: string | undefined;
  readonly recordTo: string | undefined;
  readonly playFrom: string | undefined;
  readonly talkMs: number;
  readonly server: ServerAddress;
  readonly showEvents: boolean;
}

/** Outside the server's standard range, and below what systems give to programs. */
const rtpPorts = { min: 30_000, max: 30_999 };
/** A server that sends nothing at all for so long is gone: held or not, Parley sends silence. */
const rtpTimeoutMs = 20_000;
/** For the server to confirm the end, the media to close and the last events to come. */
const farewellMs = 2_000;

/** Makes the call and shows it line by line; answers the exit code. */
export async function placeCall(options: CallOptions, terminal: Terminal): Promise<number> {
  if (options.server.sipPort === 0)
    throw new UsageError(
      'PARLEY_SIP_PORT is 0, any free port: say the one the server has with --server HOST:PORT',
    );
  const sound = options.playFrom === undefined ? undefined : readSound(options.playFrom);
  const line = await openUdpLine({ host: options.server.host, port: options.server.sipPort });
  try {
    return await new Conversation(options, terminal, line, sound).run();
  } finally {
    await line.close();
  }
}

function readSound(file: string): Clip {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const clip = clipFromWav(bytes);
  if (!clip.ok) throw new UsageError(`${file} cannot be played: ${clip.error}`);
  return clip.value;
}

/** One call with everything around it. */
class Conversation {
  readonly #options: CallOptions;
  readonly #terminal: Terminal;
  readonly #clock = createSystemClock();
  readonly #from: string;
  readonly #server: string;
  readonly #phone: Phone;
  #media: MediaService | undefined;
  #recording: WavRecording | undefined;
  #recordingProblem: string | undefined;
  #beganAt = 0;

  constructor(options: CallOptions, terminal: Terminal, line: UdpLine, sound: Clip | undefined) {
    this.#options = options;
    this.#terminal = terminal;
    // Told apart by it from other calls to the same number in the event log.
    this.#from = options.from ?? String(randomInt(20_000, 100_000));
    this.#server = printHostPort(line.remote.address, line.remote.port);
    const { number, keys, talkMs } = options;
    this.#phone = new Phone({ number, from: this.#from, keys, sound, talkMs }, this.#ports(line), {
      news: (news) => this.#tell(news),
      heard: (samples) => this.#record(samples),
    });
    line.listen(this.#phone);
  }

  async run(): Promise<number> {
    const { interrupted } = this.#terminal;
    const { recordTo } = this.#options;
    const hangup = (): void => this.#phone.hangup();
    try {
      if (recordTo !== undefined) this.#recording = new WavRecording(recordTo);
      this.#beganAt = this.#clock.now().mono;
      const watch = await this.#watch();
      if (interrupted.aborted) return 1;
      interrupted.addEventListener('abort', hangup, { once: true });
      this.#phone.dial();
      const end = await this.#phone.ended;
      return this.#conclude(end, await this.#settle(watch));
    } finally {
      interrupted.removeEventListener('abort', hangup);
      this.#phone.close();
      await this.#media?.shutdown();
      this.#recording?.close();
    }
  }

  #ports(line: SipLine): PhonePorts {
    return {
      clock: this.#clock,
      hash: (algorithm, text) =>
        createHash(algorithm.replace('-', '').toLowerCase()).update(text).digest('hex'),
      token: () => randomBytes(16).toString('hex'),
      line,
      createMedia: (onEvent) =>
        (this.#media = createMediaService({
          ports: rtpPorts,
          address: line.local.address,
          rtpTimeoutMs,
          onEvent,
          onError: (error) => this.#say(`the sound of the phone: ${error.message}`),
        })),
    };
  }

  /** Begins to follow the events of the call, if there is a way to. */
  async #watch(): Promise<CallWatch | undefined> {
    const { showEvents, number, server } = this.#options;
    if (!showEvents) return undefined;
    const onTrouble = (problem: string): void => this.#terminal.err(`(its events are not shown: ${problem})`);
    try {
      const watch = new CallWatch(
        { from: this.#from, number },
        {
          read: createEventReader(server),
          show: (event) => this.#say(`  | ${eventText(event)}`),
          onTrouble,
        },
      );
      return (await watch.begin()) ? watch : undefined;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      onTrouble(error.message);
      return undefined;
    }
  }

  #tell(news: PhoneNews): void {
    if (news.kind === 'dialling') this.#beganAt = this.#clock.now().mono;
    const text =
      news.kind === 'ended'
        ? this.#verdict(news.end).happened
        : newsText(news, this.#options.number, this.#from, this.#server);
    if (text !== undefined) this.#say(text);
  }

  #say(text: string): void {
    this.#terminal.out(`${timeColumn(this.#clock.now().mono - this.#beganAt)}  ${text}`);
  }

  #verdict(end: CallEnd): ReturnType<typeof verdictOn> {
    return verdictOn(end, { number: this.#options.number, server: this.#server });
  }

  /** A disk that is full ends the recording, not the call. */
  #record(samples: Int16Array): void {
    if (this.#recordingProblem !== undefined) return;
    try {
      this.#recording?.append(samples);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#recordingProblem = error.message;
      this.#say(`no longer recorded: ${error.message}`);
    }
  }

  /** What follows the end of the call: its confirmation, the last sound, the last events. */
  async #settle(watch: CallWatch | undefined): Promise<LegStatistics | undefined> {
    const late = Promise.withResolvers<undefined>();
    const cancel = this.#clock.after(farewellMs, () => late.resolve(undefined));
    const { confirmed, mediaClosed } = this.#phone;
    const done = Promise.all([mediaClosed, confirmed, watch?.end(farewellMs)]);
    const statistics = await Promise.race([done.then(([figures]) => figures), late.promise]);
    cancel();
    return statistics;
  }

  #conclude(end: CallEnd, statistics: LegStatistics | undefined): number {
    const { out } = this.#terminal;
    const { exitCode, remedy } = this.#verdict(end);
    if (remedy !== undefined) this.#terminal.err(remedy);
    if (end.answered) {
      const quality = statistics === undefined ? '' : `; ${qualityText(statistics)}`;
      out(`${heardText(this.#phone.heard)}${quality}`);
    }
    return this.#reportRecording() ? exitCode : 1;
  }

  /** False when what was asked for is not all there. */
  #reportRecording(): boolean {
    const { recordTo } = this.#options;
    if (this.#recording === undefined || recordTo === undefined) return true;
    const whole = this.#recordingProblem === undefined;
    this.#terminal.out(
      `recorded ${this.#recording.seconds.toFixed(1)} s to ${recordTo}${whole ? '' : ', not all of it'}`,
    );
    return whole;
  }
}
