import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EventFeed, LoggedEvent } from '@parley/contract';
import type { ReadEvents } from '../api-client.ts';
import { Failure } from '../command.ts';
import { loggedEvent } from '../testing/logged-event.ts';
import { CallFilter, CallWatch } from './call-watch.ts';

const caller = { from: '200', number: '100' };

function call(id: string, source = '200', destination = '100') {
  return { id, direction: 'incoming', source: { target: source }, destination: { target: destination } };
}

const story: readonly LoggedEvent[] = [
  loggedEvent('activeflow_created', { id: 'flow-1', reference_id: 'call-1' }, 1),
  loggedEvent('call_created', call('call-1', '999'), 2),
  loggedEvent('activeflow_created', { id: 'flow-2', reference_id: 'call-2' }, 3),
  loggedEvent('call_created', call('call-2'), 4),
  loggedEvent('call_answered', call('call-1', '999'), 5),
  loggedEvent('activeflow_updated', { id: 'flow-2', reference_id: 'call-2' }, 6),
  loggedEvent('call_created', call('call-3'), 7),
  loggedEvent('call_hungup', call('call-2'), 8),
  loggedEvent('activeflow_deleted', { id: 'flow-2', reference_id: 'call-2' }, 9),
];

function idsOf(events: readonly LoggedEvent[]): string[] {
  return events.map(({ id }) => id);
}

describe('the filter for one call', () => {
  it('takes the call of this caller and its flow, in their order, and nothing else', () => {
    const filter = new CallFilter(caller);
    assert.deepEqual(idsOf(story.flatMap((event) => filter.take(event))), [
      'evt_3',
      'evt_4',
      'evt_6',
      'evt_8',
      'evt_9',
    ]);
  });

  it('knows when the last events have come', () => {
    const filter = new CallFilter(caller);
    const complete = story.map((event) => {
      filter.take(event);
      return filter.complete;
    });
    assert.deepEqual(complete, [false, false, false, false, false, false, false, false, true]);
  });

  it('does not take a call to another number, or one that Parley makes', () => {
    const filter = new CallFilter(caller);
    const others = [call('a', '200', '101'), { ...call('b'), direction: 'outgoing' }];
    assert.deepEqual(
      others.flatMap((data) => filter.take(loggedEvent('call_created', data))),
      [],
    );
    assert.equal(filter.begun, false);
  });
});

function watchOf(answers: readonly (EventFeed | Error)[]) {
  const shown: string[] = [];
  const troubles: string[] = [];
  const cursors: string[] = [];
  const read: ReadEvents = ({ after }, signal) => {
    const answer = answers[cursors.push(after) - 1];
    if (answer instanceof Error) return Promise.reject(answer);
    if (answer !== undefined) return Promise.resolve(answer);
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  };
  const watch = new CallWatch(caller, {
    read,
    show: ({ id }) => shown.push(id),
    onTrouble: (problem) => troubles.push(problem),
  });
  return { watch, shown, troubles, cursors };
}

describe('the watch over one call', () => {
  it('begins at the end of the log and ends with the last event of the call', async () => {
    const { watch, shown, troubles, cursors } = watchOf([
      { result: [], next_cursor: 'c0' },
      { result: story.slice(0, 6), next_cursor: 'c6' },
      { result: story.slice(6), next_cursor: 'c9' },
    ]);
    assert.equal(await watch.begin(), true);
    await watch.end(60_000);
    assert.deepEqual(shown, ['evt_3', 'evt_4', 'evt_6', 'evt_8', 'evt_9']);
    assert.deepEqual(cursors, ['latest', 'c0', 'c6']);
    assert.deepEqual(troubles, []);
  });

  it('does not wait for the events of a call that never came to be', async () => {
    const { watch, shown, troubles } = watchOf([{ result: [], next_cursor: 'c0' }]);
    await watch.begin();
    await watch.end(60_000);
    assert.deepEqual([shown, troubles], [[], []]);
  });

  it('says once that the log cannot be read, before the call or in it', async () => {
    const before = watchOf([new Failure('no key')]);
    assert.equal(await before.watch.begin(), false);
    assert.deepEqual(before.troubles, ['no key']);
    const within = watchOf([{ result: [], next_cursor: 'c0' }, new Failure('gone')]);
    assert.equal(await within.watch.begin(), true);
    await within.watch.end(60_000);
    assert.deepEqual(within.troubles, ['gone']);
  });
});
