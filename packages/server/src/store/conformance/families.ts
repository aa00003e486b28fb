import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { MakeStore, Testing } from '../conformance.ts';
import { storeLimits } from '../limits.ts';
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

    void it(`gives no more than ${storeLimits.family}`, async () => {
      const call_flow_id = randomUUID();
      const numbers = Array.from({ length: storeLimits.family + 1 }, () => sample.number({ call_flow_id }));
      await store().commit([commitOf({ puts: numbers.map((number) => put('number', number)) })]);
      assert.equal((await store().findByParent('number', call_flow_id)).length, storeLimits.family);
    });
  });
}
