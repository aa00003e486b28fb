import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Compile } from 'typebox/compile';
import {
  ExecutionTimestamp,
  formatExecutionTimestamp,
  formatTimestamp,
  type Instant,
  notYet,
  parseTimestamp,
  Timestamp,
} from './time.ts';

/** All that a number counts exactly: from the year 1684 to 2255. */
const instants = fc.maxSafeInteger().map((n) => n as Instant);

const timestamps = Compile(Timestamp);
const executionTimestamps = Compile(ExecutionTimestamp);

test('a time is written in UTC with six fraction digits', () => {
  const instant = (Date.UTC(2027, 2, 9, 9, 30, 0, 4) * 1000 + 118) as Instant;
  assert.equal(formatTimestamp(instant), '2027-03-09 09:30:00.004118');
});

test('the start of an action has nine fraction digits', () => {
  const instant = (Date.UTC(2027, 2, 9, 9, 30) * 1000 + 7) as Instant;
  assert.equal(formatExecutionTimestamp(instant), '2027-03-09 09:30:00.000007000');
});

test('what is written can be read again, to the microsecond', () => {
  fc.assert(
    fc.property(instants, (instant) => {
      assert.equal(parseTimestamp(formatTimestamp(instant)), instant);
    }),
  );
});

test('what is written fits the published form', () => {
  fc.assert(
    fc.property(instants, (instant) => {
      assert.ok(timestamps.Check(formatTimestamp(instant)));
      assert.ok(executionTimestamps.Check(formatExecutionTimestamp(instant)));
    }),
  );
});

test('later times are greater texts, and nothing is later than "not yet"', () => {
  fc.assert(
    fc.property(instants, instants, (a, b) => {
      assert.equal(a < b, formatTimestamp(a) < formatTimestamp(b));
      assert.ok(formatTimestamp(a) < notYet);
    }),
  );
});

test('"not yet" is a time of the published form and reads as one after all others', () => {
  assert.ok(timestamps.Check(notYet));
  assert.ok((parseTimestamp(notYet) ?? 0) > Number.MAX_SAFE_INTEGER);
});

test('reading never throws, and accepts only what it would write', () => {
  const nearly = fc.stringMatching(/^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}\.\d{5,7}Z?$/);
  fc.assert(
    fc.property(fc.oneof(fc.string(), nearly), (text) => {
      const instant = parseTimestamp(text);
      assert.ok(instant === undefined || formatTimestamp(instant) === text);
    }),
  );
});

test('days that no calendar has and other forms of time are not read; the schema knows forms, not calendars', () => {
  const wrong = [
    '2027-02-29 00:00:00.000000',
    '2027-02-31 00:00:00.000000',
    '2027-13-01 00:00:00.000000',
    '2027-00-10 00:00:00.000000',
    '2027-03-09 24:00:00.000000',
    '2027-03-09 23:60:00.000000',
    '2027-03-09 23:59:60.000000',
    '2027-03-09T09:30:00.000000',
    '2027-03-09 09:30:00.000000Z',
    '2027-03-09 09:30:00.000',
    '2027-03-09 09:30:00.000000000',
    ' 2027-03-09 09:30:00.000000',
    '',
  ];
  for (const text of wrong) assert.equal(parseTimestamp(text), undefined, text);
  const noDay = ['2027-02-29 00:00:00.000000', '2027-02-31 00:00:00.000000'];
  for (const text of wrong) assert.equal(timestamps.Check(text), noDay.includes(text), text);
  assert.notEqual(parseTimestamp('2028-02-29 00:00:00.000000'), undefined);
});
