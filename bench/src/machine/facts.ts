import { spawnSync } from 'node:child_process';
import { closeSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { median, pretty } from '../statistics.ts';

/** What a figure depends on and a reader has to know. */
export interface MachineFacts {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  readonly sqlite: string;
  /** A 4 kB write made durable, on the disk the data folders are on. */
  readonly flushMs: number;
  /** Whether that folder is in memory: then durable means nothing. */
  readonly inMemory: boolean;
}

/** `folder` is where the servers under test keep their data. */
export function readMachineFacts(folder: string): MachineFacts {
  const all = cpus();
  return {
    cores: all.length,
    cpu: all[0]?.model ?? 'unknown',
    memoryGb: Math.round(totalmem() / 1e9),
    system: `${type()} ${release()}`,
    node: process.version,
    sqlite: process.versions['sqlite'] ?? 'unknown',
    flushMs: measureFlush(join(folder, 'flush-probe')),
    inMemory: statfsSync(folder).type === tmpfs,
  };
}

/** TMPFS_MAGIC of statfs(2). */
const tmpfs = 0x01021994;

const flushes = 50;

function measureFlush(file: string): number {
  const handle = openSync(file, 'w');
  const page = Buffer.alloc(4096, 1);
  const times: number[] = [];
  for (let n = 0; n < flushes; n += 1) {
    const began = performance.now();
    writeSync(handle, page);
    fsyncSync(handle);
    times.push(performance.now() - began);
  }
  closeSync(handle);
  rmSync(file);
  return median(times);
}

/** The commit that was measured, with a mark when files had been changed since; `unknown` outside of a Git checkout. */
export function readCommit(): string {
  const { stdout, status } = spawnSync('git', ['describe', '--always', '--dirty', '--exclude=*'], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  return status === 0 ? stdout.trim() : 'unknown';
}

/** Mean number of runnable threads over the last minute, of everybody. */
export function loadNow(): number {
  return loadavg()[0] ?? 0;
}

/** The facts in a line. */
export function machineText(facts: MachineFacts): string {
  const { cores, cpu, memoryGb, system, node, sqlite, flushMs, inMemory } = facts;
  const disk = inMemory
    ? 'data in memory, never flushed'
    : `a flush of 4 kB to its disk takes ${pretty(flushMs)} ms`;
  return `${cores} cores of ${cpu}, ${memoryGb} GB, ${system}; Node ${node}, SQLite ${sqlite}; ${disk}`;
}
