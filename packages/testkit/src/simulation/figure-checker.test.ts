import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventExamples, type Queuecall } from '@parley/contract';
import { type CountedEvent, emptyTally, type Put, type Recounted } from '@parley/core';
import { checkFigures, checkQueueRows, type Figures } from './figure-checker.ts';
import { Violations } from './violations.ts';

const visit: Queuecall = eventExamples.queuecall_created.data;
const nowMs = Date.parse('2030-01-01T00:00:00Z');
const start =
  Math.floor(Date.parse(`${visit.tm_create.replace(' ', 'T').slice(0, 19)}Z`) / 900_000) * 900_000;

function eventOf(data: Queuecall): CountedEvent {
  return { type: 'queuecall_created', body: JSON.stringify({ type: 'queuecall_created', data }) };
}

function counted(incoming: number): Recounted {
  const { queue_id: subjectId, customer_id: customerId } = visit;
  return { customerId, subject: 'queue', subjectId, start, tally: { ...emptyTally.queue(), incoming } };
}

/** What is found when the server has counted so many callers, the store so many, and the log has so many. */
async function found(live: number, stored: number, inLog: number): Promise<readonly string[]> {
  const violations = new Violations();
  const tallies = async () =>
    await Promise.resolve({ total: emptyTally.queue(), intervals: [{ start, tally: counted(live).tally }] });
  // Of the statistics nothing else is asked.
  const exchange = { statistics: { tallies } } as unknown as Figures['exchange'];
  const store = { recount: async () => await Promise.resolve([counted(stored)]) };
  const log = Array.from({ length: inLog }, () => eventOf(visit));
  await checkFigures({ exchange, store, log, nowMs }, violations);
  return violations.list;
}

function queuePut(change: object): Put {
  return { kind: 'queue', row: { ...eventExamples.queue_created.data, ...change } };
}

describe('The check of figures', () => {
  it('is content when live, stored and replayed are the same', async () => {
    assert.deepEqual(await found(2, 2, 2), []);
  });

  it('notices when the server has counted otherwise than the store', async () => {
    const violations = await found(3, 2, 2);
    assert.equal(violations.length, 1);
    assert.match(violations[0] ?? '', /figures live of queue/);
  });

  it('notices when the log tells otherwise than the store', async () => {
    const violations = await found(2, 2, 1);
    assert.equal(violations.length, 1);
    assert.match(violations[0] ?? '', /figures replayed of queue/);
  });

  it('notices a queue whose counts do not add up, and no other', () => {
    const violations = new Violations();
    checkQueueRows([queuePut({ total_incoming_count: 1, total_kicked_count: 1 })], violations);
    assert.deepEqual(violations.list, []);
    checkQueueRows([queuePut({ total_incoming_count: 2, total_kicked_count: 1 })], violations);
    assert.equal(violations.list.length, 1);
    assert.match(violations.list[0] ?? '', /2 came, 0 wait and 1 do no more/);
  });
});
