import assert from 'node:assert/strict';
import type { MakeStore, Testing } from '../conformance.ts';
import { commitOf, event, put, sample, succeed, versionOf } from './samples.ts';
import { sharedStore } from './shared-store.ts';

/** What `commit` takes and answers. */
export function describeCommits(testing: Testing, makeStore: MakeStore): void {
  const { describe, it } = testing;
  void describe('commits', () => {
    const store = sharedStore(testing, makeStore);

    void it('answers a commit that holds nothing', async () => {
      assert.deepEqual(await store().commit([]), []);
      assert.deepEqual(await succeed(store(), {}), []);
    });

    void it('answers each commit of a group in its place, with the positions of its own events', async () => {
      const start = await store().lastPosition();
      const outcomes = await store().commit([
        commitOf({ events: [event(), event()] }),
        commitOf({ puts: [put('tag', sample.tag())] }),
        commitOf({ events: [event()] }),
      ]);
      const positions = outcomes.map((outcome) => (outcome.ok ? outcome.positions : undefined));
      const [first, second, third] = await store().events({
        customerId: undefined,
        after: start,
        limit: 10,
      });
      assert.deepEqual(positions, [[first?.position, second?.position], [], [third?.position]]);
    });

    void it('makes commits in the order in which they were handed in, without waiting for answers', async () => {
      const start = await store().lastPosition();
      const tag = sample.tag();
      const events = Array.from({ length: 50 }, () => event());
      await Promise.all(
        events.map((each, index) =>
          succeed(store(), { puts: [put('tag', { ...tag, name: String(index) })], events: [each] }),
        ),
      );
      const found = await store().events({ customerId: undefined, after: start, limit: 100 });
      assert.deepEqual(
        found.map(({ id }) => id),
        events.map(({ id }) => id),
      );
      const stored = await store().get('tag', tag.id);
      assert.deepEqual(stored, { row: { ...tag, name: '49' }, version: 50 });
    });

    void it('has stored what it was given at the time of the call, whatever becomes of the lists', async () => {
      const tags = [sample.tag(), sample.tag()];
      const puts = tags.map((tag) => put('tag', tag));
      const done = store().commit([commitOf({ puts })]);
      puts.length = 0;
      await done;
      for (const { id } of tags) assert.equal(await versionOf(store(), 'tag', id), 1);
    });

    void it('stores a group of several hundred commits at once', async () => {
      const calls = Array.from({ length: 300 }, () => sample.call());
      const commits = calls.map((call) =>
        commitOf({
          puts: [put('call', call), put('activeflow', sample.activeflow({ reference_id: call.id }))],
          events: [event({ resourceId: call.id, recipients: ['many'] })],
        }),
      );
      const outcomes = await store().commit(commits);
      assert.ok(outcomes.every(({ ok }) => ok));
      for (const { id } of calls) assert.equal(await versionOf(store(), 'call', id), 1);
    });

    void it('keeps the data of an event and the row that is the same text apart', async () => {
      const call = sample.call();
      const told = event({
        resourceId: call.id,
        body: JSON.stringify({ type: 'call_updated', data: call }),
      });
      await succeed(store(), { puts: [put('call', call)], events: [told] });
      await succeed(store(), { puts: [put('call', { ...call, status: 'hangup' })], events: [event()] });
      assert.equal((await store().get('call', call.id))?.row.status, 'hangup');
      const log = await store().events({ customerId: told.customerId, after: 0 as never, limit: 1 });
      assert.equal(log[0]?.body, told.body);
    });
  });
}
