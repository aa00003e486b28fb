import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CpuMeter, type CpuUse } from './machine/cpu-meter.ts';
import type { CallerOperations } from './peers/caller.ts';
import type { DeskOperations } from './peers/desk.ts';
import type { ImpatientOperations } from './peers/impatient.ts';
import type { ReceiverOperations } from './peers/receiver.ts';
import type { SoundSinkOperations } from './peers/sound-sink.ts';
import type { TalkerOperations } from './peers/talker.ts';
import { type Operations, Peer } from './programs/peer-channel.ts';
import type { Programs } from './programs/program.ts';
import { type ServerOptions, ServerUnderTest } from './programs/server.ts';
import { runSipp, type SippLoad, type SippResult } from './programs/sipp.ts';
import { profileTable } from './report/cpu-profile.ts';
import type { Table } from './report/table.ts';

/** Functions of a profile worth a line. */
const profileLines = 45;

export interface Measured<T> {
  readonly value: T;
  readonly use: CpuUse;
}

/** What one benchmark has running, with a folder for its files; `end` takes all of it away, and so does the end of this process. */
export class Stage {
  readonly programs: Programs;
  readonly folder: string;
  readonly #removeFiles = (): void =>
    // What has just been killed may still be closing its files.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  readonly #profile: boolean;
  readonly #profiles: Table[] = [];
  readonly #servers = new Set<ServerUnderTest>();
  readonly #peers = new Set<{ readonly name: string; readonly pid: number; end(): Promise<void> }>();

  /** `parent`: on a disk like that of a real data folder. */
  constructor(programs: Programs, parent: string, profile: boolean) {
    this.programs = programs;
    this.folder = mkdtempSync(join(parent, 'run-'));
    this.#profile = profile;
    process.once('exit', this.#removeFiles);
  }

  /** An empty folder for a server's data. */
  dataDir(): string {
    return mkdtempSync(join(this.folder, 'data-'));
  }

  async startServer(options: Partial<ServerOptions> = {}): Promise<ServerUnderTest> {
    const server = await ServerUnderTest.start(this.programs, {
      dataDir: options.dataDir ?? this.dataDir(),
      ...options,
    });
    this.#servers.add(server);
    return server;
  }

  async stopServer(server: ServerUnderTest): Promise<void> {
    this.#servers.delete(server);
    await server.stop();
  }

  receiver(): Promise<Peer<ReceiverOperations>> {
    return this.#peer('receiver', new URL('./peers/receiver.ts', import.meta.url));
  }

  caller(): Promise<Peer<CallerOperations>> {
    return this.#peer('caller', new URL('./peers/caller.ts', import.meta.url));
  }

  desk(): Promise<Peer<DeskOperations>> {
    return this.#peer('desk', new URL('./peers/desk.ts', import.meta.url));
  }

  impatient(): Promise<Peer<ImpatientOperations>> {
    return this.#peer('impatient', new URL('./peers/impatient.ts', import.meta.url));
  }

  soundSink(): Promise<Peer<SoundSinkOperations>> {
    return this.#peer('sink', new URL('./peers/sound-sink.ts', import.meta.url));
  }

  talker(): Promise<Peer<TalkerOperations>> {
    return this.#peer('talker', new URL('./peers/talker.ts', import.meta.url));
  }

  /** Calls made by SIPp; resolves when it is done. */
  sipp(load: SippLoad): Promise<SippResult> {
    return runSipp(this.programs, this.folder, load);
  }

  async endPeer(peer: { readonly name: string; readonly pid: number; end(): Promise<void> }): Promise<void> {
    this.#peers.delete(peer);
    await peer.end();
  }

  /** Does something and measures what CPU the server and every peer used meanwhile; says that it is done. */
  async measure<T>(server: ServerUnderTest, what: string, work: () => Promise<T>): Promise<Measured<T>> {
    const inspector = this.#profile ? await server.inspector() : undefined;
    await inspector?.start();
    const meter = new CpuMeter({
      server: server.pid,
      ...Object.fromEntries([...this.#peers].map(({ name, pid }) => [name, pid])),
    });
    const value = await work();
    const use = meter.stop();
    this.say(`${what}: ${(use.ms / 1000).toFixed(1)} s`);
    for (const [thread, profile] of (await inspector?.stop()) ?? [])
      this.#profiles.push(profileTable(`${what}, ${thread}`, profile, profileLines));
    return { value, use };
  }

  /** Tells whoever waits how far it is. */
  say(progress: string): void {
    console.error(`   ${progress}`);
  }

  /** Ends everything orderly, and by force what nobody has named. */
  async end(): Promise<void> {
    try {
      await Promise.all([
        ...[...this.#servers].map((server) => this.stopServer(server)),
        ...[...this.#peers].map((peer) => this.endPeer(peer)),
      ]);
    } finally {
      await this.programs.close();
      this.#removeFiles();
      process.off('exit', this.#removeFiles);
    }
  }

  /** Where the time of the servers went, when that was asked for. */
  get profiles(): readonly Table[] {
    return this.#profiles;
  }

  async #peer<O extends Operations>(name: string, file: URL): Promise<Peer<O>> {
    const peer = await Peer.start<O>(this.programs, name, file);
    this.#peers.add(peer);
    return peer;
  }
}
