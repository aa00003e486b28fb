import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { withFigures } from './docs-table.ts';
import { atMost } from './figure.ts';
import type { Result } from './outcome.ts';

const page = [
  '# Page',
  'before',
  '<!-- figures: written by `npm run bench -- --write-docs` -->',
  'old',
  '<!-- end of figures -->',
  'after',
  '',
].join('\n');

const use = {
  ms: 1_000,
  processes: [
    { name: 'server', cpuMs: 75, threads: {} },
    { name: 'caller', cpuMs: 25, threads: {} },
  ],
  othersMs: 40,
  stolenMs: 10,
};

const result: Result = {
  benchmark: 'invite',
  title: 'INVITE to 200',
  how: [],
  command: 'npm run bench -- invite --quick',
  mode: 'quick',
  profiled: false,
  startedAt: '2026-11-22T15:07:50.526Z',
  seconds: 14.6,
  load: { before: 0.12, after: 1.5 },
  machine: {
    cores: 2,
    cpu: 'AMD EPYC',
    memoryGb: 25,
    system: 'Linux 6.1',
    node: 'v24.21.0',
    sqlite: '3.53.4',
    flushMs: 0.17,
    inMemory: false,
  },
  commit: 'abc1234',
  figures: [
    { id: 'p99', what: 'p99', unit: 'ms', values: [14], goal: atMost(15) },
    { id: 'max', what: 'longest', unit: 'ms', values: [35] },
  ],
  tables: [],
  uses: [{ phase: 'run 1', use }],
  profiles: [],
};

describe('the figures in the docs', () => {
  it('stand between the marks, with everything they depend on', () => {
    const written = withFigures(page, [result]);
    assert.deepEqual(written.split('\n').slice(2, -3), [
      '<!-- figures: written by `npm run bench -- --write-docs` -->',
      '',
      '### INVITE to 200',
      '',
      '| what | measured | goal |  |',
      '| --- | --- | --- | --- |',
      '| p99 | 14.0 ms | ≤ 15.0 ms | met |',
      '| longest | 35.0 ms |  |  |',
      '',
      '`npm run bench -- invite --quick`, 2026-11-22 15:07 UTC, commit abc1234, 15 s.',
      'Of the CPU used, the generator took 25 %; all else on the machine took 5 % of a core.',
      'Load average 0.12 when it began, 1.50 at the end.',
      'Machine: 2 cores of AMD EPYC, 25 GB, Linux 6.1; Node v24.21.0, SQLite 3.53.4; a flush of 4 kB to its disk takes 0.17 ms.',
      '',
    ]);
  });

  it('have a column for what others need as soon as it is known of one of them', () => {
    const [p99, max] = result.figures;
    assert.ok(p99 !== undefined && max !== undefined);
    const figures = [{ ...p99, others: 'Some PBX: 20 ms' }, max];
    const rows = withFigures(page, [{ ...result, figures }])
      .split('\n')
      .slice(6, 10);
    assert.deepEqual(rows, [
      '| what | measured | goal |  | others |',
      '| --- | --- | --- | --- | --- |',
      '| p99 | 14.0 ms | ≤ 15.0 ms | met | Some PBX: 20 ms |',
      '| longest | 35.0 ms |  |  |  |',
    ]);
  });

  it('leave the rest of the page as it was', () => {
    const written = withFigures(page, [result]);
    assert.ok(written.startsWith('# Page\nbefore\n<!-- figures'));
    assert.ok(written.endsWith('<!-- end of figures -->\nafter\n'));
    assert.doesNotMatch(written, /\bold\b/);
  });

  it('are the same when they are written twice', () => {
    const once = withFigures(page, [result]);
    assert.equal(withFigures(once, [result]), once);
  });

  it('say so when nothing has been measured', () => {
    assert.match(withFigures(page, []), /No run has been written here yet\./);
  });

  it('state the generator of every phase, and that data in memory is not durable', () => {
    const idle = { ...use, processes: use.processes.slice(0, 1) };
    const machine = { ...result.machine, inMemory: true };
    const uses = [...result.uses, { phase: 'run 2', use: idle }];
    const written = withFigures(page, [{ ...result, machine, uses }]);
    assert.match(written, /the generator took 0 % to 25 %;/);
    assert.match(written, /data in memory, never flushed\./);
  });

  it('are not written into a page without marks, or with their order reversed', () => {
    assert.throws(() => withFigures('# Page\n', [result]), /has no part between/);
    assert.throws(() => withFigures(page.split('\n').reverse().join('\n'), [result]), /has no part between/);
  });

  it('have their place in the page of the project', () => {
    const docs = readFileSync(new URL('../../../docs/benchmarks.md', import.meta.url), 'utf8');
    assert.match(withFigures(docs, [result]), /### INVITE to 200/);
  });
});
