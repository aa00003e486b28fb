import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EventFeed, LoggedEvent } from '@parley/contract';
import type { EventsWanted, ReadEvents } from './api-client.ts';
import { Failure } from './command.ts';
import { type EventRange, showEvents } from './events.ts';
import { loggedEvent } from './testing/logged-event.ts';
import { createTestTerminal, type TestTerminal } from './testing/test-terminal.ts';

const everything: EventRange = { after: '', follow: false, types: '' };
const id = ({ id }: LoggedEvent): string => id;

/** Answers with these feeds, one after another; then waits as a server without news does. */
function logOf(feeds: readonly EventFeed[], terminal?: TestTerminal) {
  const asked: EventsWanted[] = [];
  const read: ReadEvents = (wanted, signal) => {
    const feed = feeds[asked.push(wanted) - 1];
    if (feed !== undefined) return Promise.resolve(feed);
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
      terminal?.interrupt();
    });
  };
  return { asked, read };
}

function feed(next_cursor: string, ...counts: readonly number[]): EventFeed {
  return { next_cursor, result: counts.map((count) => loggedEvent('call_created', {}, count)) };
}

describe('parley events', () => {
  it('goes through the whole log, stretch by stretch, and ends', async () => {
    const terminal = createTestTerminal();
    const { asked, read } = logOf([feed('c2', 1, 2), feed('c3', 3), feed('c3')]);
    assert.equal(await showEvents(read, everything, id, terminal), 0);
    assert.deepEqual(terminal.shown, ['evt_1', 'evt_2', 'evt_3']);
    assert.deepEqual(
      asked.map(({ after }) => after),
      ['', 'c2', 'c3'],
    );
    assert.ok(asked.every(({ waitSeconds }) => waitSeconds === 0));
  });

  it('is not misled by a stretch in which the server found none of the wanted types', async () => {
    const terminal = createTestTerminal();
    const { asked, read } = logOf([feed('c5000'), feed('c6000', 7), feed('c6000')]);
    await showEvents(read, { ...everything, types: 'call_created' }, id, terminal);
    assert.deepEqual(terminal.shown, ['evt_7']);
    assert.ok(asked.every(({ types }) => types === 'call_created'));
  });

  it('follows the log, waiting on the server, until it is interrupted', async () => {
    const terminal = createTestTerminal();
    const { asked, read } = logOf([feed('c1', 1), feed('c1'), feed('c2', 2)], terminal);
    const range = { ...everything, after: 'latest', follow: true };
    assert.equal(await showEvents(read, range, id, terminal), 0);
    assert.deepEqual(terminal.shown, ['evt_1', 'evt_2']);
    assert.deepEqual(
      asked.map(({ after }) => after),
      ['latest', 'c1', 'c1', 'c2'],
    );
    assert.ok(asked.every(({ waitSeconds }) => waitSeconds > 0));
  });

  it('fails with what the server said', async () => {
    const read: ReadEvents = () => Promise.reject(new Failure('no'));
    await assert.rejects(showEvents(read, everything, id, createTestTerminal()), /^Failure: no$/);
  });
});
