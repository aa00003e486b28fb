import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { routeKey } from '@parley/core';
import type { MakeStore, Testing } from '../conformance.ts';
import { commitOf, put, sample, succeed, theEnd, time } from './samples.ts';
import { sharedStore } from './shared-store.ts';

/** `findByParent`. */
export function describeFamilies(testing: Testing, makeStore: MakeStore): void {
  const { describe, it } = testing;
  void describe('rows by what they point to', () => {
    const store = sharedStore(testing, makeStore);

    void it('gives the numbers of a flow, oldest first', async () => {
      const call_flow_id = randomUUID();
      const numbers = [3, 1, 2].map((second) => sample.number({ call_flow_id, tm_create: time(second) }));
      await succeed(store(), { puts: [...numbers, sample.number()].map((row) => put('number', row)) });
      const found = await store().findByParent('number', call_flow_id);
      const [third, first, second] = numbers;
      assert.deepEqual(
        found,
        [first, second, third].map((row) => ({ row, version: 1 })),
      );
    });

    void it('gives the activeflows of a call', async () => {
      const activeflow = sample.activeflow();
      await succeed(store(), {
        puts: [put('activeflow', activeflow), put('activeflow', sample.activeflow())],
      });
      const found = await store().findByParent('activeflow', activeflow.reference_id);
      assert.deepEqual(found, [{ row: activeflow, version: 1 }]);
    });

    void it('gives the recordings, group dials and transfers of a call', async () => {
      const [recording, groupcall, transfer] = [
        sample.recording({ reference_id: randomUUID() }),
        sample.groupcall({ master_call_id: randomUUID() }),
        sample.transfer(),
      ];
      await succeed(store(), {
        puts: [put('recording', recording), put('groupcall', groupcall), put('transfer', transfer)],
      });
      await succeed(store(), {
        puts: [put('recording', sample.recording()), put('groupcall', sample.groupcall())],
      });
      const ofCall = store();
      assert.deepEqual(await ofCall.findByParent('recording', recording.reference_id), [
        { row: recording, version: 1 },
      ]);
      assert.deepEqual(await ofCall.findByParent('groupcall', groupcall.master_call_id), [
        { row: groupcall, version: 1 },
      ]);
      assert.deepEqual(await ofCall.findByParent('transfer', transfer.transferer_call_id), [
        { row: transfer, version: 1 },
      ]);
    });

    void it('gives the routes of a customer for a target, and not those for another', async () => {
      const customer_id = randomUUID();
      const routes = [1, 2].map((second) => sample.route({ customer_id, tm_create: time(second) }));
      const others = [sample.route({ customer_id, target: '+4' }), sample.route()];
      await succeed(store(), { puts: [...others, ...routes].map((route) => put('route', route)) });
      assert.deepEqual(
        await store().findByParent('route', routeKey(customer_id, '+49')),
        routes.map((row) => ({ row, version: 1 })),
      );
      assert.deepEqual(await store().findByParent('route', routeKey(customer_id, 'all')), []);
    });

    void it('gives the sessions of an agent that have not ended', async () => {
      const session = sample.session();
      const ended = sample.session({ agent_id: session.agent_id, tm_delete: theEnd });
      await succeed(store(), { puts: [session, ended, sample.session()].map((row) => put('session', row)) });
      assert.deepEqual(await store().findByParent('session', session.agent_id), [
        { row: session, version: 1 },
      ]);
    });

    void it('gives all visits of a call to queues, those that are over too', async () => {
      const reference_id = randomUUID();
      const visits = [
        sample.queuecall({ reference_id, tm_create: time(1), status: 'abandoned', tm_delete: theEnd }),
        sample.queuecall({ reference_id, tm_create: time(2) }),
      ];
      await succeed(store(), { puts: [...visits, sample.queuecall()].map((row) => put('queuecall', row)) });
      assert.deepEqual(
        await store().findByParent('queuecall', reference_id),
        visits.map((row) => ({ row, version: 1 })),
      );
    });

    void it('hides deleted ones', async () => {
      const activeflow = sample.activeflow();
      await succeed(store(), { puts: [put('activeflow', activeflow)] });
      await succeed(store(), { puts: [put('activeflow', { ...activeflow, tm_delete: theEnd })] });
      assert.deepEqual(await store().findByParent('activeflow', activeflow.reference_id), []);
    });

    void it('follows a number that is given another flow', async () => {
      const number = sample.number();
      const moved = { ...number, call_flow_id: randomUUID() };
      await succeed(store(), { puts: [put('number', number)] });
      await succeed(store(), { puts: [put('number', moved)] });
      assert.deepEqual(await store().findByParent('number', number.call_flow_id), []);
      assert.deepEqual(await store().findByParent('number', moved.call_flow_id), [
        { row: moved, version: 2 },
      ]);
    });

    void it('gives the numbers of a flow for messages among those for calls, each once', async () => {
      const flow = randomUUID();
      const numbers = [
        sample.number({ message_flow_id: flow, tm_create: time(1) }),
        sample.number({ call_flow_id: flow, tm_create: time(2) }),
        sample.number({ call_flow_id: flow, message_flow_id: flow, tm_create: time(3) }),
        sample.number({ call_flow_id: randomUUID(), message_flow_id: flow, tm_create: time(4) }),
      ];
      await succeed(store(), { puts: [...numbers].reverse().map((number) => put('number', number)) });
      assert.deepEqual(
        await store().findByParent('number', flow),
        numbers.map((row) => ({ row, version: 1 })),
      );
    });

    void it('follows a number that is given another flow for messages', async () => {
      const [before, after] = [randomUUID(), randomUUID()];
      const number = sample.number({ message_flow_id: before });
      await succeed(store(), { puts: [put('number', number)] });
      await succeed(store(), { puts: [put('number', { ...number, message_flow_id: after })] });
      assert.deepEqual(await store().findByParent('number', before), []);
      assert.equal((await store().findByParent('number', after)).length, 1);
      await succeed(store(), {
        puts: [put('number', { ...number, message_flow_id: after, tm_delete: theEnd })],
      });
      assert.deepEqual(await store().findByParent('number', after), []);
    });

    void it('gives all there are, however many', async () => {
      const call_flow_id = randomUUID();
      const numbers = Array.from({ length: 1_500 }, () => sample.number({ call_flow_id }));
      await store().commit([commitOf({ puts: numbers.map((number) => put('number', number)) })]);
      assert.equal((await store().findByParent('number', call_flow_id)).length, 1_500);
    });
  });
}
