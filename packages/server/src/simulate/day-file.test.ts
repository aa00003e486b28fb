import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { TSchema } from 'typebox';
import { DayFile, parseDay } from './day-file.ts';
import { smallDay } from './testing/small-day.ts';

const guide = readFileSync(new URL('../../../../docs/guides/simulate.md', import.meta.url), 'utf8');

/** What is said about a day that differs from the small one by these changes of its text. */
function problemsOf(change: (day: Draft) => void): string[] {
  const day = structuredClone(smallDay) as Draft;
  change(day);
  const checked = parseDay(day);
  return checked.ok ? [] : checked.problems.map(({ path, message }) => `${path} ${message}`);
}

type Draft = {
  queues: Record<string, unknown>[];
  teams: Record<string, unknown>[];
  [key: string]: unknown;
};

/** The names of all keys that a day file may have, but for those of queues' settings, which the API documents. */
function keysOf(schema: TSchema): string[] {
  const { properties, items, patternProperties } = schema as {
    properties?: Record<string, TSchema>;
    items?: TSchema;
    patternProperties?: unknown;
  };
  if (items !== undefined) return keysOf(items);
  if (properties === undefined || patternProperties !== undefined) return [];
  return Object.entries(properties).flatMap(([key, value]) =>
    key === 'settings' ? [key] : [key, ...keysOf(value)],
  );
}

describe('a day file', () => {
  it('is taken when everything in it fits', () => {
    assert.deepEqual(parseDay(smallDay), { ok: true, day: smallDay });
  });

  it('is refused with the place of each problem and what to do', () => {
    const cases: readonly (readonly [(day: Draft) => void, RegExp])[] = [
      [(day) => (day['queue'] = []), /^queue is not a key that is known here \(known: name, date, seed/],
      [(day) => delete day.queues[0]?.['calls_per_hour'], /^queues\[0\]\.calls_per_hour is missing$/],
      [(day) => change(day.queues[0], 'calls_per_hour', { '9': 3 }), /^queues\[0\]\.calls_per_hour/],
      [
        (day) => change(day.teams[0], 'from', '24:30'),
        /^teams\[0\]\.from is not of the form that it needs: A time of the day/,
      ],
      [(day) => change(day.teams[0], 'until', '08:00'), /^teams\[0\]\.until has to be after 08:30/],
      [(day) => change(day.teams[1], 'name', 'early'), /^teams\[1\]\.name is early, as another is called/],
      [(day) => change(day.teams[1], 'tags', ['x']), /^teams\[1\]\.skills\.experts is no tag of the team/],
      [(day) => change(day.queues[0], 'tags', ['x']), /^queues\[0\]\.tags are in no team: nobody would ever/],
      [
        (day) => change(day.queues[0], 'overflow_to', 'x'),
        /^queues\[0\]\.overflow_to is x, and there is no such/,
      ],
      [(day) => change(day.queues[0], 'overflow_to', 'orders'), /overflow_to is the queue itself/],
      [(day) => change(day.queues[2], 'skills', { x: 2 }), /^queues\[2\]\.skills\.x is no tag of any team$/],
      [
        (day) => change(day.queues[0], 'settings', { announce: { interval_seconds: 3 } }),
        /^queues\[0\]\.settings\.announce\.interval_seconds is 3; it has to be 0, or at least/,
      ],
      [
        (day) => change(day.queues[0], 'talk_seconds', { median: 100 }),
        /^queues\[0\]\.talk_seconds needs a median above 0, and a p90 above the median$/,
      ],
      [
        (day) => change(day.queues[0], 'patience_seconds', { curve: { '10': 0.5, '20': 0.4 } }),
        /^queues\[0\]\.patience_seconds needs shares that grow with the seconds$/,
      ],
      [
        (day) => change(day.teams[0], 'breaks', [{ at: '07:00', minutes: 5 }]),
        /^teams\[0\]\.breaks\[0\]\.at is not within 08:30 to 11:00$/,
      ],
    ];
    for (const [wrong, message] of cases) {
      const problems = problemsOf(wrong);
      assert.ok(
        problems.some((problem) => message.test(problem)),
        `${String(message)}: ${problems.join('; ')}`,
      );
    }
    for (const nothing of [null, 7, 'day', []]) assert.equal(parseDay(nothing).ok, false);
  });

  it('has every key in its guide', () => {
    const keys = new Set(keysOf(DayFile));
    assert.ok(keys.size > 30);
    for (const key of keys) assert.match(guide, new RegExp(`["\`]${key}["\`]`), `${key} is not in the guide`);
  });
});

function change(of: Record<string, unknown> | undefined, key: string, value: unknown): void {
  assert.ok(of);
  of[key] = value;
}
