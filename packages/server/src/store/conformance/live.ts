import assert from 'node:assert/strict';
import type { MakeStore, Testing } from '../conformance.ts';
import { put, sample, succeed, theEnd, time } from './samples.ts';
import { sharedStore } from './shared-store.ts';

/** What recovery finds. */
export function describeLive(testing: Testing, makeStore: MakeStore): void {
  const { describe, it } = testing;
  void describe('what is live', () => {
    const store = sharedStore(testing, makeStore);

    void it('is every call that is not hung up, of whatever customer, oldest first', async () => {
      const statuses = ['dialing', 'ringing', 'progressing', 'terminating', 'canceling', 'hangup'] as const;
      const calls = statuses.map((status, index) => sample.call({ status, tm_create: time(9 - index) }));
      await succeed(store(), { puts: calls.map((call) => put('call', call)) });
      const expected = calls.slice(0, -1).toReversed();
      assert.deepEqual(
        await store().live('call'),
        expected.map((row) => ({ row, version: 1 })),
      );
      const ended = calls.map((call) => put('call', { ...call, status: 'hangup' }));
      await succeed(store(), { puts: ended });
      assert.deepEqual(await store().live('call'), []);
    });

    void it('is every activeflow that is not deleted', async () => {
      const [first, second] = [1, 2].map((second) => sample.activeflow({ tm_create: time(second) }));
      assert.ok(first && second);
      await succeed(store(), { puts: [put('activeflow', second), put('activeflow', first)] });
      assert.deepEqual(
        (await store().live('activeflow')).map(({ row }) => row),
        [first, second],
      );
      await succeed(store(), { puts: [put('activeflow', { ...first, tm_delete: theEnd })] });
      assert.deepEqual(await store().live('activeflow'), [{ row: second, version: 1 }]);
    });

    void it('is every group dial, recording and room that has not ended, deleted or not', async () => {
      const [groupcall, recording] = [sample.groupcall(), sample.recording()];
      const [conference, confbridge] = [sample.conference(), sample.confbridge()];
      await succeed(store(), {
        puts: [
          ...[groupcall, sample.groupcall({ status: 'hangup' })].map((row) => put('groupcall', row)),
          ...[recording, sample.recording({ status: 'ended' })].map((row) => put('recording', row)),
          ...[conference, sample.conference({ status: 'terminated' })].map((row) => put('conference', row)),
          ...[confbridge, sample.confbridge({ status: 'terminated' })].map((row) => put('confbridge', row)),
        ],
      });
      assert.deepEqual(await store().live('groupcall'), [{ row: groupcall, version: 1 }]);
      assert.deepEqual(await store().live('recording'), [{ row: recording, version: 1 }]);
      assert.deepEqual(await store().live('conference'), [{ row: conference, version: 1 }]);
      assert.deepEqual(await store().live('confbridge'), [{ row: confbridge, version: 1 }]);
    });

    void it('is every trunk and provider that is not deleted', async () => {
      const [trunk, provider] = [sample.trunk(), sample.provider()];
      const gone = {
        trunk: sample.trunk({ tm_delete: theEnd }),
        provider: sample.provider({ tm_delete: theEnd }),
      };
      await succeed(store(), {
        puts: [
          ...[trunk, gone.trunk].map((row) => put('trunk', row)),
          ...[provider, gone.provider].map((row) => put('provider', row)),
        ],
      });
      assert.deepEqual(await store().live('trunk'), [{ row: trunk, version: 1 }]);
      assert.deepEqual(await store().live('provider'), [{ row: provider, version: 1 }]);
    });

    void it('is every agent and queue that is not deleted, and every queuecall that is not over', async () => {
      const [agent, queue, queuecall] = [sample.agent(), sample.queue(), sample.queuecall()];
      await succeed(store(), {
        puts: [
          ...[agent, sample.agent({ tm_delete: theEnd })].map((row) => put('agent', row)),
          ...[queue, sample.queue({ tm_delete: theEnd })].map((row) => put('queue', row)),
          ...[queuecall, sample.queuecall({ status: 'done', tm_delete: theEnd })].map((row) =>
            put('queuecall', row),
          ),
        ],
      });
      assert.deepEqual(await store().live('agent'), [{ row: agent, version: 1 }]);
      assert.deepEqual(await store().live('queue'), [{ row: queue, version: 1 }]);
      assert.deepEqual(await store().live('queuecall'), [{ row: queuecall, version: 1 }]);
    });

    void it('is every registration with a contact', async () => {
      const [first, second] = [1, 2].map((second) => sample.registration({ tm_create: time(second) }));
      assert.ok(first && second);
      await succeed(store(), { puts: [put('registration', second), put('registration', first)] });
      assert.deepEqual(
        (await store().live('registration')).map(({ row }) => row),
        [first, second],
      );
      await succeed(store(), { puts: [put('registration', { ...first, contacts: [] })] });
      await succeed(store(), { puts: [put('registration', { ...second, tm_delete: theEnd })] });
      assert.deepEqual(await store().live('registration'), []);
    });
  });
}
