import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  CpuMeter,
  generatorShare,
  type Reading,
  serverTime,
  sumOfUses,
  useBetween,
  withProgram,
} from './cpu-meter.ts';
import type { ProcessTime, ThreadTime } from './proc.ts';

function thread(id: number, name: string, cpuMs: number): ThreadTime {
  return { id, name, cpuMs, waitMs: cpuMs / 10 };
}

function processTime(cpuMs: number, threads: readonly ThreadTime[] = [], endedChildrenMs = 0): ProcessTime {
  return { cpuMs, endedChildrenMs, threads };
}

function reading(at: number, busyMs: number, processes: Readonly<Record<string, ProcessTime>>): Reading {
  return { at, machine: { busyMs, stolenMs: at / 100 }, processes: new Map(Object.entries(processes)) };
}

const before = reading(1_000, 5_000, {
  server: processTime(400, [
    thread(1, 'MainThread', 200),
    thread(2, 'store', 100),
    thread(3, 'parley-media', 50),
  ]),
  bench: processTime(30, [], 500),
});
const after = reading(2_000, 6_500, {
  server: processTime(1_200, [
    thread(1, 'MainThread', 600),
    thread(2, 'store', 250),
    thread(3, 'parley-media', 150),
    thread(4, 'V8Worker', 40),
    thread(5, 'V8Worker', 10),
  ]),
  bench: processTime(50, [], 680),
});
const use = useBetween(before, after);

describe('the CPU meter', () => {
  it('parts the time of the server by thread, and counts ended threads among the rest', () => {
    assert.deepEqual(serverTime(use), { all: 800, main: 400, store: 150, media: 100, rest: 150 });
  });

  it('sums threads of one name, those that began meanwhile too', () => {
    const server = use.processes.find(({ name }) => name === 'server');
    assert.deepEqual(server?.threads['V8Worker'], { cpuMs: 50, waitMs: 5 });
  });

  it('counts what SIPp used though it has ended, and leaves the rest of the machine to others', () => {
    assert.equal(use.processes.find(({ name }) => name === 'sipp')?.cpuMs, 180);
    assert.equal(use.othersMs, 1_500 - 800 - 20 - 180);
    assert.equal(use.ms, 1_000);
    assert.equal(use.stolenMs, 10);
  });

  it('tells the share of the generator of what was used for the measurement', () => {
    assert.equal(generatorShare(use), 0.2);
    assert.equal(generatorShare({ ...use, processes: [] }), 0);
  });

  it('refuses to say 0 for a thread that has another name now', () => {
    const renamed = use.processes.map((share) => ({
      ...share,
      threads: { MainThread: { cpuMs: 1, waitMs: 0 } },
    }));
    assert.throws(() => serverTime({ ...use, processes: renamed }), /no thread store but MainThread/);
    assert.throws(() => serverTime({ ...use, processes: [] }), /the server was not measured/);
  });

  it('takes a program that began meanwhile from the others', () => {
    const started = withProgram(use, 'npm', 300);
    assert.equal(started.othersMs, 200);
    assert.equal(withProgram(use, 'npm', 900).othersMs, 0);
    assert.equal(started.processes[0]?.name, 'npm');
  });

  it('sums stretches of time by process', () => {
    const total = sumOfUses([use, use]);
    assert.equal(total.ms, 2_000);
    assert.equal(total.processes.find(({ name }) => name === 'server')?.cpuMs, 1_600);
    assert.equal(generatorShare(total), 0.2);
  });

  it('throws when a process it measures has ended', () => {
    assert.throws(() => new CpuMeter({ phone: 2 ** 22 + 1 }), /phone has ended/);
  });

  it('measures this very process', () => {
    const meter = new CpuMeter({});
    assert.deepEqual(
      meter.stop().processes.map(({ name }) => name),
      ['bench'],
    );
  });
});
