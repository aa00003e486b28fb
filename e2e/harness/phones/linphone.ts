import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freeUdpPort } from '../free-port.ts';
import type { Program } from '../program.ts';
import type { ServerProcess } from '../server-process.ts';
import { bytesPerMs, decodeFile, toneFile } from '../sound/sox.ts';
import type { Stage } from '../stage.ts';
import { until } from '../until.ts';
import type { Login } from './extensions.ts';

/** Longer than any call of a test. */
const toneSeconds = 60;

const soundFlows = /Media streams established/;

/** linphonec without a sound card: it plays a file to whoever it talks with, and records what it hears. */
export class Linphone {
  readonly #program: Program;
  readonly #folder: string;

  private constructor(program: Program, folder: string) {
    this.#program = program;
    this.#folder = folder;
  }

  /** It is registered when this resolves; `hertz` is the tone it says. */
  static async start(stage: Stage, server: ServerProcess, login: Login, hertz: number): Promise<Linphone> {
    const folder = await stage.folder();
    await mkdir(join(folder, '.local/share/linphone'), { recursive: true });
    await writeFile(join(folder, 'tone.wav'), await toneFile(hertz, toneSeconds, 8000));
    const file = join(folder, 'linphonerc');
    await writeFile(file, settings(server, login, await freeUdpPort(), await freeUdpPort()));
    const program = stage.program({
      command: 'linphonec',
      args: ['-c', file],
      folder,
      environment: { HOME: folder },
      listens: true,
    });
    const phone = new Linphone(program, folder);
    program.type('soundcard use files');
    program.type(`record ${join(folder, 'heard.wav')}`);
    await login.registered();
    return phone;
  }

  dial(user: string, server: ServerProcess): void {
    this.#program.type(`call sip:${user}@127.0.0.1:${server.sipPort}`);
  }

  async rings(): Promise<void> {
    await this.#says(/Receiving new incoming call/);
  }

  answer(): void {
    this.#program.type('answer');
  }

  /** Sound flows; from now on it says its tone. */
  async talks(): Promise<void> {
    await this.#says(soundFlows);
    this.#sing();
  }

  async hold(): Promise<void> {
    this.#program.type('pause');
    await this.#says(/is now paused/);
  }

  /** It is back, and says its tone again. */
  async resume(): Promise<void> {
    const before = this.#streams();
    this.#program.type('resume');
    await this.#program.stdout.when('sound again', () => (this.#streams() > before ? true : undefined));
    this.#sing();
  }

  hangUp(): void {
    this.#program.type('terminate');
  }

  async ended(): Promise<void> {
    await this.#says(/^(linphonec> )?Call \d+ with .* ended/);
  }

  /** Resolves when it has heard something, if only silence, for so long. */
  async hears(ms: number): Promise<void> {
    await until(`${ms} ms heard by linphonec`, async () => {
      const { size } = await stat(join(this.#folder, 'heard.wav'));
      return size >= ms * bytesPerMs ? size : undefined;
    });
  }

  /** All that it has heard, once the call is over. */
  async heard(): Promise<Int16Array> {
    await this.ended();
    return await until('the recording of linphonec', async () => {
      const samples = await decodeFile(join(this.#folder, 'heard.wav'));
      return samples.length === 0 ? undefined : samples;
    });
  }

  #sing(): void {
    this.#program.type(`play ${join(this.#folder, 'tone.wav')}`);
  }

  #streams(): number {
    return this.#program.stdout.entries.filter((line) => soundFlows.test(line)).length;
  }

  async #says(pattern: RegExp): Promise<void> {
    await this.#program.stdout.first(String(pattern), (line) => pattern.test(line));
  }
}

function settings(
  server: ServerProcess,
  { extension, password }: Login,
  sipPort: number,
  rtpPort: number,
): string {
  return `[sip]
sip_port=${sipPort}
sip_tcp_port=0
sip_tls_port=0
use_ipv6=0
default_proxy=0

[auth_info_0]
username=${extension}
passwd=${password}
realm=parley.internal

[proxy_0]
reg_proxy=<sip:127.0.0.1:${server.sipPort};transport=udp>
reg_identity=sip:${extension}@127.0.0.1
reg_expires=60
reg_sendregister=1

[rtp]
audio_rtp_port=${rtpPort}

[video]
automatically_initiate=0
automatically_accept=0
`;
}
