import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { QueuecallEndReason } from '@parley/contract';
import { agentFigures, queueFigures } from './figures.ts';
import { Ledger } from './ledger.ts';
import { Story } from './story.node.ts';
import { emptyTally } from './tally.ts';

const guide = readFileSync(new URL('../../../../docs/guides/statistics.md', import.meta.url), 'utf8');

/** The cells of the table that begins with these headings. */
function tableUnder(...headings: readonly string[]): readonly (readonly string[])[] {
  const head = `| ${headings.join(' | ')} |\n`;
  const [, after] = guide.split(head);
  assert.ok(after, `the guide has a table ${head}`);
  const [rows = ''] = after.split('\n\n');
  return rows
    .trim()
    .split('\n')
    .slice(1)
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

function at(time: string): number {
  return Date.parse(`2026-03-02T${time}Z`);
}

/** All that happens, in the order of time. */
function theDay(): Story {
  const happenings: [time: number, tell: (story: Story) => void][] = [];
  const when = (time: number, tell: (story: Story) => void): number => happenings.push([time, tell]);
  for (const name of ['Mira', 'Ole']) {
    when(at('08:00:00'), (story) => story.agent(name));
    when(at('09:00:00'), (story) => story.is(name, 'available'));
  }
  when(at('09:40:00'), (story) => story.is('Mira', 'away'));
  when(at('09:35:00'), (story) => story.is('Ole', 'offline'));
  for (const [id = '', joined = '', what = '', then = '', until = ''] of visits) {
    when(at(joined), (story) => story.joins(id, 'orders'));
    if (until === '') when(at(then), (story) => story.unserved(id, what as QueuecallEndReason));
    else {
      when(at(then) - 5_000, (story) => story.is(what, 'ringing'));
      when(at(then), (story) => {
        story.is(what, 'busy service');
        story.served(id, what);
      });
      when(at(until), (story) => {
        story.done(id);
        story.is(what, 'busy wrap_up');
      });
      when(at(until) + 10_000, (story) => story.is(what, 'available'));
    }
  }
  const story = new Story(0);
  for (const [time, tell] of happenings.sort(([one], [other]) => one - other)) {
    story.now = time;
    tell(story);
  }
  return story;
}

const visits = tableUnder('caller', 'joined', 'what became of it', 'at', 'talked until');

/** As the guide writes figures: `a` or `a.b`. */
function flat(figures: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(figures).flatMap(([key, value]: [string, unknown]) =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).map(([inner, each]) => [`\`${key}.${inner}\``, each] as const)
        : [[`\`${key}\``, value] as const],
    ),
  );
}

function expectedIn(table: readonly (readonly string[])[], column: number): Record<string, unknown> {
  return Object.fromEntries(
    table.map((cells) => [cells[0] ?? '', JSON.parse(cells[column] ?? '') as unknown]),
  );
}

describe('The day of the guide to statistics', () => {
  const ledger = new Ledger();
  for (const event of theDay().events) ledger.add(event);
  ledger.advance(at('09:45:00'));

  it('has twenty callers', () => {
    assert.equal(visits.length, 20);
  });

  it('has the figures of the queue that the guide has worked out by hand', () => {
    const table = tableUnder('figure', '09:00', '09:15', '09:30', 'the day');
    const spans = [
      ['09:00:00', '09:15:00'],
      ['09:15:00', '09:30:00'],
      ['09:30:00', '09:45:00'],
      ['00:00:00', '23:45:00'],
    ] as const;
    for (const [index, [from, to]] of spans.entries()) {
      const figures = queueFigures(ledger.sum('queue', 'orders', at(from), at(to)), 20);
      const { '`service_level.threshold_seconds`': threshold, ...rest } = flat(figures);
      assert.equal(threshold, 20);
      assert.deepEqual(rest, expectedIn(table, index + 1), `from ${from}`);
    }
  });

  it('has the figures of the agents that the guide has worked out by hand', () => {
    const table = tableUnder('figure', 'Mira', 'Ole');
    for (const [index, name] of ['Mira', 'Ole'].entries()) {
      const figures = agentFigures(ledger.sum('agent', name, at('00:00:00'), at('23:45:00')));
      assert.deepEqual(flat(figures), expectedIn(table, index + 1), name);
    }
  });

  it('has no figure of a day on which nobody called, and no share of nobody', () => {
    const none = queueFigures(ledger.sum('queue', 'orders', at('10:00:00'), at('11:00:00')));
    assert.equal(none.incoming_count, 0);
    assert.equal(none.longest_waittime, 0);
    const averages = ['average_speed_of_answer', 'average_abandon_waittime', 'average_handle_time'] as const;
    for (const key of [...averages, 'abandonment_rate'] as const) assert.equal(none[key], null, key);
    assert.equal(none.service_level.of_answered, null);
    assert.equal(agentFigures(emptyTally.agent()).occupancy, null);
    assert.equal(agentFigures(emptyTally.agent()).average_handle_time, null);
  });

  it('tells a wait of 20.000 s from one of 20.001 s', () => {
    const exact = new Story(at('12:00:00'));
    exact.agent('Mira');
    for (const [id, waited] of Object.entries({ short: 20_000, long: 20_001, longer: 7_200_000 })) {
      exact.joins(id, 'orders');
      exact.served(id, 'Mira', waited);
    }
    const counted = new Ledger();
    for (const event of exact.events) counted.add(event);
    const tally = counted.sum('queue', 'orders', at('12:00:00'), at('12:15:00'));
    const within = (seconds: number) => queueFigures(tally, seconds).service_level.answered_within_count;
    assert.deepEqual([within(19), within(20), within(21), within(3_600)], [0, 1, 2, 2]);
  });
});
