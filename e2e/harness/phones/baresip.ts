import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { freeTcpPort } from '../free-port.ts';
import { Journal } from '../journal.ts';
import type { Codec } from '../phone/sdp-text.ts';
import type { Program } from '../program.ts';
import type { ServerProcess } from '../server-process.ts';
import { bytesPerMs, decodeFile } from '../sound/sox.ts';
import type { Stage } from '../stage.ts';
import { until } from '../until.ts';
import type { Login } from './extensions.ts';
import { NetstringCutter, netstring } from './netstring.ts';

export interface BaresipOptions {
  /** The tone it says all the time. */
  readonly hertz: number;
  readonly transport?: 'udp' | 'tcp';
  /** The only one it offers and takes. */
  readonly codec?: Codec;
  /** Whether it waits for `answer`; otherwise it answers by itself. */
  readonly waits?: boolean;
}

/** What baresip tells of itself, as its `ctrl_tcp` module writes it. */
export interface BaresipEvent {
  readonly type: string;
  readonly param?: string;
}

interface Said extends Partial<BaresipEvent> {
  readonly event?: boolean;
  readonly response?: boolean;
  readonly ok?: boolean;
  readonly token?: string;
  readonly data?: string;
}

/** baresip without a sound card: a phone of somebody else that says a tone and writes down what it hears. */
export class Baresip {
  /** In order, calls and registrations. */
  readonly events = new Journal<BaresipEvent>('baresip');
  readonly #answers = new Journal<Said>('answers of baresip');
  readonly #socket: Socket;
  readonly #folder: string;
  #commands = 0;

  readonly #program: Program;

  private constructor(program: Program, socket: Socket, folder: string) {
    this.#program = program;
    this.#socket = socket;
    this.#folder = folder;
    const cutter = new NetstringCutter((text) => this.#hear(JSON.parse(text) as Said));
    socket.on('data', (chunk) => cutter.take(chunk));
    socket.on('error', () => undefined);
  }

  /** It is registered when this resolves. */
  static async start(
    stage: Stage,
    server: ServerProcess,
    login: Login,
    options: BaresipOptions,
  ): Promise<Baresip> {
    const folder = await stage.folder();
    const control = await freeTcpPort();
    await writeFile(join(folder, 'config'), config(folder, control, options));
    await writeFile(join(folder, 'accounts'), account(server, login, options));
    const program = stage.program({ command: 'baresip', args: ['-f', folder, '-s'], folder });
    const socket = await until('the control port of baresip', () => connect(control, program));
    const phone = new Baresip(program, socket, folder);
    stage.closing(async () => void socket.destroy());
    stage.onFailure(() => ['events of baresip:', ...phone.events.entries.map(lineOf)].join('\n  '));
    await login.registered();
    return phone;
  }

  async dial(user: string, server: ServerProcess): Promise<void> {
    await this.#command('dial', `sip:${user}@127.0.0.1:${server.sipPort}`);
  }

  async answer(): Promise<void> {
    await this.#command('accept');
  }

  async hangUp(): Promise<void> {
    await this.#command('hangup');
  }

  async hold(): Promise<void> {
    await this.#command('hold');
  }

  async resume(): Promise<void> {
    await this.#command('resume');
  }

  /** Asks the server to call somebody in its place (REFER). */
  async transfer(uri: string): Promise<void> {
    await this.#command('transfer', uri);
  }

  /** Resolves when the server has told it that the transfer has come to this status. */
  async transferTold(status: number): Promise<void> {
    const told = new RegExp(`NOTIFY sip:[^]*?\\n\\s*\\nSIP/2\\.0 ${status} `);
    await this.#program.stdout.when(
      `NOTIFY of ${status}`,
      (lines) => told.test(lines.join('\n')) || undefined,
    );
  }

  /** Presses keys, in RFC 4733. */
  async press(keys: string): Promise<void> {
    await this.#command('sndcode', keys);
  }

  /** The first event of that type, past or future. */
  async event(type: string): Promise<BaresipEvent> {
    return await this.events.first(type, (event) => event.type === type);
  }

  /** Resolves when it has heard something, if only silence, for so long. */
  async hears(ms: number): Promise<void> {
    await until(`${ms} ms heard by baresip`, async () => {
      const sizes = await Promise.all((await this.#recordings()).map((path) => stat(path)));
      const bytes = sizes.reduce((sum, { size }) => sum + size, 0);
      return bytes >= ms * bytesPerMs ? bytes : undefined;
    });
  }

  /** Resolves when what it has heard so far is as wanted. */
  async hasHeard(what: string, matches: (samples: Int16Array) => boolean): Promise<void> {
    await until(`${what} at baresip`, async () => {
      const files = await Promise.all((await this.#recordings()).map((path) => readFile(path)));
      return matches(Int16Array.from(files.flatMap((file) => [...samplesOf(file)]))) ? true : undefined;
    });
  }

  /** All that it has heard, once the call is over and its file is finished. */
  async heard(): Promise<Int16Array> {
    await this.event('CALL_CLOSED');
    return await until('the recording of baresip', async () => {
      const pieces = await Promise.all((await this.#recordings()).map((path) => decodeFile(path)));
      const samples = Int16Array.from(pieces.flatMap((piece) => [...piece]));
      return samples.length === 0 ? undefined : samples;
    });
  }

  /** Its files, one for each time that sound began to flow. */
  async #recordings(): Promise<string[]> {
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith('-dec.wav')).sort();
    return names.map((name) => join(this.#folder, name));
  }

  async #command(command: string, params?: string): Promise<void> {
    this.#commands += 1;
    const token = `${this.#commands}`;
    this.#socket.write(netstring(JSON.stringify({ command, params, token })));
    const { ok, data } = await this.#answers.first(command, (answer) => answer.token === token);
    if (ok !== true) throw new Error(`baresip refuses ${command}: ${data}`);
  }

  #hear(said: Said): void {
    if (said.response === true) this.#answers.add(said);
    else if (said.type !== undefined) this.events.add({ ...said, type: said.type });
  }
}

/** Of a WAV file that is still being written: its head does not say yet how long it is. */
function samplesOf(file: Buffer): Int16Array {
  const sound = file.subarray(44, file.length - (file.length % 2));
  return Int16Array.from({ length: sound.length / 2 }, (_, nth) => sound.readInt16LE(2 * nth));
}

/** It knows 48 kHz in stereo only as a source of tones, and makes 8 kHz of it by itself. */
function config(folder: string, control: number, { hertz }: BaresipOptions): string {
  return `module_path /usr/lib/baresip/modules
sip_listen 127.0.0.1:0
audio_source ausine,${hertz}
ausrc_srate 48000
ausrc_channels 2
module g711.so
module ausine.so
module sndfile.so
snd_path ${folder}
module_tmp uuid.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:${control}
`;
}

function account(
  server: ServerProcess,
  { extension, password }: Login,
  { transport = 'udp', codec = 'PCMU', waits = false }: BaresipOptions,
): string {
  const where = `sip:${extension}@127.0.0.1:${server.sipPort};transport=${transport}`;
  const mode = waits ? 'manual' : 'auto';
  return `<${where}>;auth_pass=${password};regint=60;answermode=${mode};audio_codecs=${codec}/8000/1\n`;
}

async function connect(port: number, program: Program): Promise<Socket | undefined> {
  if (!program.running) throw new Error('baresip has ended');
  return await new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('error', () => resolve(undefined));
    socket.once('connect', () => resolve(socket));
  });
}

function lineOf({ type, param = '' }: BaresipEvent): string {
  return `${type} ${param}`;
}
