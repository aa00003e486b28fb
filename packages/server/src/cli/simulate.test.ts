import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { DayReport } from '../simulate/day-report.ts';
import { simulate } from './simulate.ts';
import { createTestTerminal } from './testing/test-terminal.ts';

const example = fileURLToPath(new URL('../../../../examples/day.json', import.meta.url));

const small = {
  name: 'Two hours',
  seed: 5,
  queues: [
    {
      name: 'orders',
      calls_per_hour: { '09': 60, '10': 60 },
      talk_seconds: { mean: 120 },
      patience_seconds: { mean: 90 },
    },
  ],
  teams: [{ name: 'early', agents: 2, from: '08:30', until: '11:30' }],
};

async function run(day: unknown, ...flags: readonly string[]) {
  const terminal = createTestTerminal({}, typeof day === 'string' ? day : JSON.stringify(day));
  const exitCode = await simulate.run(['-', ...flags], terminal);
  return {
    exitCode,
    shown: terminal.shown,
    text: terminal.shown.join('\n'),
    complained: terminal.complained,
  };
}

interface Shown {
  readonly name: string;
  readonly runs: readonly (DayReport & { readonly title: string })[];
}

async function figures(...flags: readonly string[]): Promise<Shown> {
  return JSON.parse((await run(small, ...flags, '--json')).text) as Shown;
}

describe('parley simulate', () => {
  it('shows the figures of each queue, hour, team and agent, on lines that fit a terminal', async () => {
    const { exitCode, shown, text, complained } = await run(small);
    assert.equal(exitCode, 0);
    assert.deepEqual(complained, []);
    assert.match(shown[0] ?? '', /^Two hours: \d+ callers, 2 agents, seed 5$/);
    for (const title of ['queue', 'hour', 'team', 'agent'])
      assert.ok(
        shown.some((line) => line.startsWith(`${title} `)),
        title,
      );
    assert.match(text, /SLA 20 s {2,}ASA {2,}AHT {2,}longest wait/);
    assert.match(text, /^09:00 /m);
    assert.match(text, /^early 2 /m);
    for (const line of shown) assert.ok(line.length <= 120, line);
  });

  it('gives the same figures as one JSON object: whoever came was served, gave up or went on', async () => {
    const { name, runs } = await figures();
    assert.equal(name, 'Two hours');
    const [only] = runs;
    assert.ok(only !== undefined && runs.length === 1);
    const { incoming_count: came, answered_count: served, abandoned_count: left } = only.allQueues;
    assert.equal(only.calls, came);
    assert.equal(came, served + left);
    assert.ok(served > 50 && left > 10, `${served} served, ${left} left`);
    assert.equal(
      only.hours.reduce((sum, { queues }) => sum + queues.incoming_count, 0),
      came,
    );
    assert.equal(
      only.agents.reduce((sum, { figures: { answered_count: answered } }) => sum + answered, 0),
      served,
    );
  });

  it('lives the same day again for the same seed, and another for another', async () => {
    assert.deepEqual(await figures(), await figures('--seed', '5'));
    assert.notDeepEqual(await figures(), await figures('--seed', '6'));
  });

  it('sets what would be beside what is: the same callers, more agents, shorter waits', async () => {
    const { runs } = await figures('--agents', '+2', '--what-if', 'calls 50%, agents early=1');
    const [now, more, fewer] = runs;
    assert.deepEqual(
      runs.map(({ title, agents }) => `${title}: ${agents.length}`),
      ['as it is: 2', 'agents +2: 4', 'calls 50%, agents early=1: 1'],
    );
    assert.ok(now !== undefined && more !== undefined && fewer !== undefined);
    assert.equal(more.calls, now.calls);
    assert.ok((more.allQueues.average_speed_of_answer ?? 0) < (now.allQueues.average_speed_of_answer ?? 0));
    assert.ok(more.allQueues.abandoned_count < now.allQueues.abandoned_count);
    assert.ok(fewer.calls < now.calls * 0.75);
    const { text } = await run(small, '--agents', '+2');
    assert.match(text, /as it is {3,}agents \+2/);
    assert.match(text, /ASA {3,}\d+:\d\d {3,}\d+:\d\d/);
  });

  it('adds up several days, so that chance weighs less', async () => {
    const { runs } = await figures('--days', '3');
    const single = await Promise.all(['5', '6', '7'].map((seed) => figures('--seed', seed)));
    assert.deepEqual(runs[0]?.seeds, [5, 6, 7]);
    assert.equal(
      runs[0]?.calls,
      single.reduce((sum, shown) => sum + (shown.runs[0]?.calls ?? 0), 0),
    );
  });

  it('lives through the example of the guide, in which Parley dies', async () => {
    const { exitCode, text } = await run(readFileSync(example, 'utf8'));
    assert.equal(exitCode, 0);
    assert.match(text, /^workshop 3 /m);
  });

  it('stops when it is interrupted', async () => {
    const terminal = createTestTerminal({}, JSON.stringify(small));
    terminal.interrupt();
    await assert.rejects(simulate.run(['-'], terminal), /^Failure: interrupted/);
    assert.deepEqual(terminal.shown, []);
  });

  it('names every problem of a file with its place and what to do', async () => {
    const wrong = {
      ...small,
      queues: [{ ...small.queues[0], talk_seconds: { mean: 3, fixed: 4 } }],
      teams: [{ name: 'early', agents: 2, from: '11:30', until: '08:30' }],
    };
    await assert.rejects(run(wrong), (error: Error) => {
      assert.equal(error.name, 'UsageError');
      assert.match(error.message, /^-: queues\[0\]\.talk_seconds needs exactly one form: \{"fixed": S\}/m);
      assert.match(
        error.message,
        /^-: teams\[0\]\.until has to be after 11:30; a shift over midnight is two/m,
      );
      return true;
    });
  });

  it('is called wrongly without a file, with a wrong flag, or with a change that means nothing', async () => {
    const terminal = createTestTerminal();
    await assert.rejects(simulate.run([], terminal), /^UsageError: usage: parley simulate FILE/);
    await assert.rejects(simulate.run(['/no/such.json'], terminal), /^UsageError: .*cannot be read/);
    const flags: readonly (readonly [readonly string[], RegExp])[] = [
      [['--seed', '-'], /--seed takes a whole number from 0/],
      [['--days', '0'], /--days takes a whole number from 1 to 100/],
      [['--agents', 'night=+1'], /there is no team night; there are early/],
      [['--agents', 'many'], /"agents many" is no change: say "agents \+3"/],
      [['--agents=-3'], /early cannot have -1 agents/],
      [Array.from({ length: 6 }, () => '--agents=+1'), /5 times together, not 6/],
    ];
    for (const [args, message] of flags) await assert.rejects(run(small, ...args), message);
    await assert.rejects(run('{'), /^UsageError: - is not JSON/);
  });
});
