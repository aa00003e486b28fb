import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CpuMeter, type CpuUse } from './machine/cpu-meter.ts';
import type { CallerOperations } from './peers/caller.ts';
import type { ReceiverOperations } from './peers/receiver.ts';
import type { SoundSinkOperations } from './peers/sound-sink.ts';
import { type Operations, Peer } from './programs/peer-channel.ts';
import type { Programs } from './programs/program.ts';
import { type ServerOptions, ServerUnderTest } from './programs/server.ts';
import { type SippLoad, type SippRun, startSipp } from './programs/sipp.ts';
import { profileTable } from './report/cpu-profile.ts';
import type { Table } from './report/table.ts';

/** Functions of a profile worth a line. */
const profileLines = 45;

export interface Measured<T> {
  readonly value: T;
  readonly use: CpuUse;
}

/** What one benchmark has running, with a folder for its files; `end` takes all of it away. */
export class Stage {
  readonly programs: Programs;
  readonly folder: string;
  readonly #profile: boolean;
  readonly #profiles: Table[] = [];
  readonly #servers = new Set<ServerUnderTest>();
  readonly #peers: { readonly name: string; readonly pid: number; end(): Promise<void> }[] = [];

  /** `parent`: on a disk like that of a real data folder. */
  constructor(programs: Programs, parent: string, profile: boolean) {
    this.programs = programs;
    this.folder = mkdtempSync(join(parent, 'run-'));
    this.#profile = profile;
  }

  /** An empty folder for a server's data. */
  dataDir(): string {
    return mkdtempSync(join(this.folder, 'data-'));
  }

  async startServer(options: Partial<ServerOptions> = {}): Promise<ServerUnderTest> {
    const server = await ServerUnderTest.start(this.programs, {
      dataDir: options.dataDir ?? this.dataDir(),
      inspected: this.#profile,
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

  /** Does something and measures what CPU the server and every peer used meanwhile; says that it is done. */
  async measure<T>(server: ServerUnderTest, what: string, work: () => Promise<T>): Promise<Measured<T>> {
    await server.inspector?.start();
    const meter = new CpuMeter({
      server: server.pid,
      ...Object.fromEntries(this.#peers.map(({ name, pid }) => [name, pid])),
    });
    const value = await work();
    const use = meter.stop();
    console.error(`   ${what}: ${(use.ms / 1000).toFixed(1)} s`);
    for (const [thread, profile] of (await server.inspector?.stop()) ?? [])
      this.#profiles.push(profileTable(`${what}, ${thread}`, profile, profileLines));
    return { value, use };
  }

  async end(): Promise<void> {
    await Promise.all([...this.#servers].map((server) => this.stopServer(server)));
    await Promise.all(this.#peers.splice(0).map((peer) => peer.end()));
  }

  /** Where the time of the servers went, when that was asked for. */
  get profiles(): readonly Table[] {
    return this.#profiles;
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
