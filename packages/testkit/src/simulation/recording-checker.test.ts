import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventExamples, type EventType, notYet, type Recording } from '@parley/contract';
import type { LogEntry } from '@parley/core';
import { RecordingChecker } from './recording-checker.ts';
import { Violations } from './violations.ts';

const begun: Recording = {
  ...eventExamples.recording_started.data,
  status: 'recording',
  tm_start: '2026-03-02 10:00:00.000000',
  tm_end: notYet,
  duration: 0,
};
const ended: Recording = { ...begun, status: 'ended', tm_end: '2026-03-02 10:00:02.000000', duration: 2_000 };

async function found(
  rows: readonly Recording[],
  events: readonly EventType[],
  soundMs = 2_000,
): Promise<string> {
  const violations = new Violations();
  const checker = new RecordingChecker(violations);
  for (const row of rows) checker.written([{ kind: 'recording', row }]);
  for (const type of events) checker.logged({ type, resourceId: begun.id } as LogEntry);
  await checker.judge(
    async () => await Promise.resolve(rows.at(-1)),
    () => soundMs,
  );
  return violations.list.join('\n');
}

describe('the checker of recordings', () => {
  it('is content with one that starts, ends and is as long as its file', async () => {
    assert.equal(await found([begun, ended], ['recording_started', 'recording_finished']), '');
  });

  it('is content with one that ends before there is any sound', async () => {
    const silent = { ...ended, tm_start: notYet, duration: 0 };
    assert.equal(await found([silent], ['recording_finished'], 0), '');
  });

  it('sees one that never ends, ends twice or begins again', async () => {
    assert.match(await found([begun], ['recording_started']), /is recording at the end\n.*finished 0 times/);
    const twice = await found([ended], ['recording_started', 'recording_finished', 'recording_finished']);
    assert.match(twice, /finished 2 times/);
    const again = await found([ended, begun, ended], ['recording_finished', 'recording_started']);
    assert.match(again, /goes on after its end\n.*started after it had finished/);
  });

  it('sees one that is longer than its time, or not as long as its file', async () => {
    const events = ['recording_started', 'recording_finished'] as const;
    assert.match(await found([{ ...ended, duration: 2_100 }], events, 2_100), /holds 2100 ms of 2000 ms/);
    assert.match(await found([ended], events, 1_200), /lasts 2000 ms, and its file 1200 ms/);
  });
});
