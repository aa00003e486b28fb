import assert from 'node:assert/strict';
import type { MakeStore, Testing } from '../conformance.ts';
import { commit, commitOf, event, put, requires, sample, succeed, theEnd, versionOf } from './samples.ts';
import { sharedStore } from './shared-store.ts';

/** Races, and who wins them. */
export function describePreconditions(testing: Testing, makeStore: MakeStore): void {
  const { describe, it } = testing;
  void describe('preconditions', () => {
    const store = sharedStore(testing, makeStore);

    void it('lets a commit through whose rows have the versions it asks for', async () => {
      const [call, tag] = [sample.call(), sample.tag()];
      await succeed(store(), { puts: [put('call', call), put('call', call), put('tag', tag)] });
      const preconditions = [requires('call', call.id, 2), requires('tag', tag.id, 1)];
      await succeed(store(), { puts: [put('call', call)], preconditions });
      assert.equal(await versionOf(store(), 'call', call.id), 3);
    });

    void it('takes version 0 for: there is no such row', async () => {
      const call = sample.call();
      const first = { puts: [put('call', call)], preconditions: [requires('call', call.id, 0)] };
      assert.equal((await commit(store(), first)).ok, true);
      assert.deepEqual(await commit(store(), first), {
        ok: false,
        lost: { kind: 'call', id: call.id, why: 'version' },
      });
      assert.equal(await versionOf(store(), 'call', call.id), 1);
    });

    void it('counts a deleted row as a row', async () => {
      const tag = sample.tag({ tm_delete: theEnd });
      await succeed(store(), { puts: [put('tag', tag)] });
      const outcome = await commit(store(), { preconditions: [requires('tag', tag.id, 0)] });
      assert.equal(outcome.ok, false);
    });

    void it('tells kinds apart', async () => {
      const tag = sample.tag();
      await succeed(store(), { puts: [put('tag', tag)] });
      await succeed(store(), { preconditions: [requires('flow', tag.id, 0)] });
    });

    void it('stores nothing of a commit that loses', async () => {
      const [call, number, mine] = [sample.call(), sample.number(), event({ recipients: ['endpoint'] })];
      const [owed] = await succeed(store(), { events: [event({ recipients: ['settled by the loser'] })] });
      assert.ok(owed);
      const outcome = await commit(store(), {
        puts: [put('call', call), put('number', number)],
        events: [mine],
        deliveries: [{ change: 'settled', endpointId: 'settled by the loser', position: owed }],
        preconditions: [requires('call', call.id, 7)],
      });
      assert.deepEqual(outcome, { ok: false, lost: { kind: 'call', id: call.id, why: 'version' } });
      assert.equal(await versionOf(store(), 'call', call.id), 0);
      assert.equal(await store().find('number', number.number), undefined);
      assert.equal(await store().lastPosition(), owed);
      const left = await store().owed({ after: (owed - 1) as typeof owed, limit: 10 });
      assert.deepEqual(
        left.map(({ endpointId }) => endpointId),
        ['settled by the loser'],
      );
    });

    void it('names the first of several that do not hold', async () => {
      const preconditions = ['a', 'b', 'c'].map((id, index) => requires('tag', id, index));
      assert.deepEqual(await commit(store(), { preconditions }), {
        ok: false,
        lost: { kind: 'tag', id: 'b', why: 'version' },
      });
    });

    void it('leaves out a loser alone: its neighbours of the same group are stored', async () => {
      const [before, loser, after] = [sample.call(), sample.call(), sample.call()];
      const outcomes = await store().commit([
        commitOf({ puts: [put('call', before)], events: [event()] }),
        commitOf({ puts: [put('call', loser)], preconditions: [requires('call', loser.id, 1)] }),
        commitOf({ puts: [put('call', after)], events: [event()] }),
      ]);
      assert.deepEqual(
        outcomes.map(({ ok }) => ok),
        [true, false, true],
      );
      const versions = [before, loser, after].map(({ id }) => versionOf(store(), 'call', id));
      assert.deepEqual(await Promise.all(versions), [1, 0, 1]);
    });

    void it('judges a commit by what the commits before it in its group have done', async () => {
      const [call, tag] = [sample.call(), sample.tag()];
      const create = { puts: [put('call', call)], preconditions: [requires('call', call.id, 0)] };
      const outcomes = await store().commit([
        commitOf(create),
        commitOf(create),
        commitOf({ puts: [put('tag', tag)], preconditions: [requires('call', call.id, 1)] }),
        commitOf({ puts: [put('call', call)], preconditions: [requires('tag', tag.id, 1)] }),
        commitOf({ preconditions: [requires('call', call.id, 2)] }),
      ]);
      assert.deepEqual(
        outcomes.map(({ ok }) => ok),
        [true, false, true, true, true],
      );
    });

    void it('judges a commit by how things were before its own puts', async () => {
      const tag = sample.tag();
      const puts = [put('tag', tag), put('tag', tag)];
      await succeed(store(), { puts, preconditions: [requires('tag', tag.id, 0)] });
      assert.equal(await versionOf(store(), 'tag', tag.id), 2);
    });

    void it('lets one of many who decided on the same version win', async () => {
      const flow = sample.flow();
      await succeed(store(), { puts: [put('flow', flow)] });
      const names = Array.from({ length: 20 }, (_, index) => `writer ${index}`);
      const outcomes = await Promise.all(
        names.map((name) =>
          commit(store(), {
            puts: [put('flow', { ...flow, name })],
            preconditions: [requires('flow', flow.id, 1)],
          }),
        ),
      );
      const winners = names.filter((_, index) => outcomes[index]?.ok);
      assert.equal(winners.length, 1);
      const stored = await store().get('flow', flow.id);
      assert.deepEqual(stored, { row: { ...flow, name: winners[0] }, version: 2 });
    });
  });
}
