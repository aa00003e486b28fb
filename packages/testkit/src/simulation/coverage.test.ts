import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventExamples, type EventType, nilId, type Queuecall } from '@parley/contract';
import type { LogEntry, Put } from '@parley/core';
import { addCoverage, CoverageCounter, noCoverage, parseCoverage, printCoverage } from './coverage.ts';

function logged(type: EventType, data: Readonly<Record<string, unknown>>): LogEntry {
  return { type, resourceId: data['id'], body: JSON.stringify({ type, data }) } as LogEntry;
}

const visit: Queuecall = { ...eventExamples.queuecall_created.data, id: 'visit', queue_id: 'queue' };

describe('what a simulation has seen', () => {
  it('counts visits, and those that are served, confirmed by a key and called back', () => {
    const counter = new CoverageCounter();
    counter.logged(logged('queue_created', { id: 'queue', confirm_key: '1' }));
    counter.logged(logged('queuecall_created', visit));
    const callback = { ...visit.callback, state: 'connected' };
    counter.logged(logged('queuecall_serviced', { ...visit, callback }));
    const expected = { ...noCoverage, visits: 1, served: 1, confirmed: 1, calledBack: 1 };
    assert.deepEqual(counter.coverage, expected);
  });

  it('tells who gave up from who went elsewhere', () => {
    const counter = new CoverageCounter();
    for (const [id, reason] of [
      ['one', 'abandoned'],
      ['two', 'timeout'],
      ['three', 'kicked'],
    ])
      counter.logged(logged('queuecall_abandoned', { ...visit, id, end_reason: reason }));
    assert.deepEqual(counter.coverage, { ...noCoverage, abandoned: 1, overflowed: 1 });
  });

  it('counts a transfer once, however often it is written, and whether somebody was reached', () => {
    const counter = new CoverageCounter();
    for (const transferee_call_id of [nilId, 'call', 'call'])
      counter.written([{ kind: 'transfer', row: { id: 'transfer', transferee_call_id } } as Put]);
    assert.deepEqual(counter.coverage, { ...noCoverage, transfers: 1, transferred: 1 });
  });

  it('is printed as a line that is read back, and added up over several', () => {
    const one = { ...noCoverage, visits: 3, served: 2 };
    const output = `something else 5 served\n${printCoverage(one)}\n${printCoverage(one)}\n`;
    assert.deepEqual(parseCoverage(output), addCoverage(one, one));
  });
});
