import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CpuMeter } from './machine/cpu-meter.ts';
import type { CallerOperations } from './peers/caller.ts';
import type { ReceiverOperations } from './peers/receiver.ts';
import type { SoundSinkOperations } from './peers/sound-sink.ts';
import { type Operations, Peer } from './programs/peer-channel.ts';
import type { Programs } from './programs/program.ts';
import { type ServerOptions, ServerUnderTest } from './programs/server.ts';
import { type SippLoad, type SippRun, startSipp } from './programs/sipp.ts';
import { profileTables } from './report/cpu-profile.ts';
import type { Table } from './report/table.ts';

/** Functions of a profile worth a line. */
const profileLines = 45;

/** What one benchmark has running, with a folder for its files; `end` takes all of it away. */
export class Stage {
  readonly programs: Programs;
  readonly folder: string;
  readonly #profileFolder: string | undefined;
  readonly #servers = new Set<ServerUnderTest>();
  readonly #peers: { readonly name: string; readonly pid: number; end(): Promise<void> }[] = [];

  /** `parent`: on a disk like that of a real data folder. */
  constructor(programs: Programs, parent: string, profile: boolean) {
    this.programs = programs;
    this.folder = mkdtempSync(join(parent, 'run-'));
    this.#profileFolder = profile ? join(this.folder, 'profiles') : undefined;
    if (this.#profileFolder !== undefined) mkdirSync(this.#profileFolder);
  }

  /** An empty folder for a server's data. */
  dataDir(): string {
    return mkdtempSync(join(this.folder, 'data-'));
  }

  async startServer(options: Partial<ServerOptions> = {}): Promise<ServerUnderTest> {
    const server = await ServerUnderTest.start(this.programs, {
      dataDir: options.dataDir ?? this.dataDir(),
      profileFolder: this.#profileFolder,
      ...options,
    });
    this.#servers.add(server);
    return server;
  }

  async stopServer(server: ServerUnderTest): Promise<void> {
    this.#servers.delete(server);
    await server.stop();
  }

  receiver(): Peer<ReceiverOperations> {
    return this.#peer('receiver', new URL('./peers/receiver.ts', import.meta.url));
  }

  caller(): Peer<CallerOperations> {
    return this.#peer('caller', new URL('./peers/caller.ts', import.meta.url));
  }

  soundSink(): Peer<SoundSinkOperations> {
    return this.#peer('sink', new URL('./peers/sound-sink.ts', import.meta.url));
  }

  sipp(load: SippLoad): SippRun {
    return startSipp(this.programs, this.folder, load);
  }

  /** Measures the server and every peer from now on; `more` are processes that are still there at its end. */
  meter(server: ServerUnderTest, more: Readonly<Record<string, number>> = {}): CpuMeter {
    const peers = Object.fromEntries(this.#peers.map(({ name, pid }) => [name, pid]));
    return new CpuMeter({ server: server.pid, ...peers, ...more });
  }

  async end(): Promise<void> {
    await Promise.all([...this.#servers].map((server) => this.stopServer(server)));
    await Promise.all(this.#peers.splice(0).map((peer) => peer.end()));
  }

  /** Where the time of the servers went; to be asked after `end`. */
  profiles(): Table[] {
    return this.#profileFolder === undefined ? [] : profileTables(this.#profileFolder, profileLines);
  }

  removeFiles(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #peer<O extends Operations>(name: string, file: URL): Peer<O> {
    const peer = new Peer<O>(this.programs, name, file);
    this.#peers.push(peer);
    return peer;
  }
}
