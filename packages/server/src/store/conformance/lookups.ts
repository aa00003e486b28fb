import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { PhoneNumber } from '@parley/contract';
import { extensionKey, trunkKey, usernameKey } from '@parley/core';
import type { MakeStore, Testing } from '../conformance.ts';
import { commit, commitOf, event, put, sample, succeed, theEnd, versionOf } from './samples.ts';
import { sharedStore } from './shared-store.ts';

/** `find`, and the keys that only one row may have. */
export function describeLookups(testing: Testing, makeStore: MakeStore): void {
  const { describe, it } = testing;
  void describe('lookup keys', () => {
    const store = sharedStore(testing, makeStore);
    const added = async (change?: Partial<PhoneNumber>): Promise<PhoneNumber> => {
      const number = sample.number(change);
      await succeed(store(), { puts: [put('number', number)] });
      return number;
    };
    const removed = (number: PhoneNumber): PhoneNumber => ({ ...number, tm_delete: theEnd });
    const takenBy = ({ id }: PhoneNumber) => ({ ok: false, lost: { kind: 'number', id, why: 'taken' } });

    void it('finds a number by what is dialled and an access key by its hash', async () => {
      const [number, accesskey] = [sample.number(), sample.accesskey()];
      await succeed(store(), { puts: [put('number', number), put('accesskey', accesskey)] });
      assert.deepEqual(await store().find('number', number.number), { row: number, version: 1 });
      assert.deepEqual(await store().find('accesskey', accesskey.token_hash), { row: accesskey, version: 1 });
    });

    void it('finds an extension by what is dialled and its customer', async () => {
      const [mine, other] = [sample.extension(), sample.extension()];
      await succeed(store(), { puts: [put('extension', mine), put('extension', other)] });
      assert.equal(mine.extension, other.extension);
      const key = extensionKey(mine.customer_id, mine.extension);
      assert.deepEqual(await store().find('extension', key), { row: mine, version: 1 });
      const again = sample.extension({ customer_id: mine.customer_id });
      assert.deepEqual(await commit(store(), { puts: [put('extension', again)] }), {
        ok: false,
        lost: { kind: 'extension', id: again.id, why: 'taken' },
      });
    });

    void it('finds a trunk by its domain, which only one has', async () => {
      const mine = sample.trunk({ domain_name: `office-${randomUUID()}.example` });
      await succeed(store(), { puts: [put('trunk', mine)] });
      assert.deepEqual(await store().find('trunk', trunkKey(mine.domain_name)), { row: mine, version: 1 });
      const other = sample.trunk({ domain_name: mine.domain_name });
      assert.deepEqual(await commit(store(), { puts: [put('trunk', other)] }), {
        ok: false,
        lost: { kind: 'trunk', id: other.id, why: 'taken' },
      });
    });

    void it('finds a login by its user name, whatever its case, and a session by its hash', async () => {
      const [login, session] = [sample.login({ username: `Mira-${randomUUID()}` }), sample.session()];
      await succeed(store(), { puts: [put('login', login), put('session', session)] });
      const key = usernameKey(login.username.toUpperCase());
      assert.deepEqual(await store().find('login', key), { row: login, version: 1 });
      assert.deepEqual(await store().find('session', session.token_hash), { row: session, version: 1 });
      const other = sample.login({ username: key });
      assert.deepEqual(await commit(store(), { puts: [put('login', other)] }), {
        ok: false,
        lost: { kind: 'login', id: other.id, why: 'taken' },
      });
    });

    void it('finds nothing under a key that nobody has, a part of one, or one of another kind', async () => {
      const number = await added();
      assert.equal(await store().find('number', randomUUID()), undefined);
      assert.equal(await store().find('number', number.number.slice(0, -1)), undefined);
      assert.equal(await store().find('accesskey', number.number), undefined);
    });

    void it('hides a deleted row', async () => {
      const number = await added();
      await succeed(store(), { puts: [put('number', removed(number))] });
      assert.equal(await store().find('number', number.number), undefined);
    });

    void it('refuses a key that another row has, be it of another customer', async () => {
      const mine = await added();
      const other = sample.number({ number: mine.number });
      assert.deepEqual(await commit(store(), { puts: [put('number', other)] }), takenBy(other));
      assert.deepEqual(await store().find('number', mine.number), { row: mine, version: 1 });
      assert.equal(await store().get('number', other.id), undefined);
    });

    void it('refuses a hash that another access key has', async () => {
      const [mine, other] = [sample.accesskey(), sample.accesskey()];
      await succeed(store(), { puts: [put('accesskey', mine)] });
      const outcome = await commit(store(), {
        puts: [put('accesskey', { ...other, token_hash: mine.token_hash })],
      });
      assert.deepEqual(outcome, { ok: false, lost: { kind: 'accesskey', id: other.id, why: 'taken' } });
    });

    void it('stores nothing of a commit whose key is taken, not even what came before it', async () => {
      const mine = await added();
      const [tag, free, other] = [sample.tag(), sample.number(), sample.number({ number: mine.number })];
      const position = await store().lastPosition();
      const outcome = await commit(store(), {
        puts: [put('tag', tag), put('number', free), put('number', other)],
        events: [event({ recipients: ['nobody'] })],
      });
      assert.deepEqual(outcome, takenBy(other));
      assert.equal(await versionOf(store(), 'tag', tag.id), 0);
      assert.equal(await store().find('number', free.number), undefined);
      assert.equal(await store().lastPosition(), position);
      assert.deepEqual(await store().owed({ after: position, limit: 10 }), []);
    });

    void it('stores the neighbours of a commit whose key is taken', async () => {
      const mine = await added();
      const [before, after] = [sample.number(), sample.number()];
      const outcomes = await store().commit([
        commitOf({ puts: [put('number', before)], events: [event()] }),
        commitOf({ puts: [put('number', sample.number({ number: mine.number }))], events: [event()] }),
        commitOf({ puts: [put('number', after)], events: [event()] }),
      ]);
      assert.deepEqual(
        outcomes.map(({ ok }) => ok),
        [true, false, true],
      );
      assert.ok(await store().find('number', before.number));
      assert.ok(await store().find('number', after.number));
    });

    void it('gives a key to the first of a group that asks for it', async () => {
      const first = sample.number();
      const second = sample.number({ number: first.number });
      const outcomes = await store().commit(
        [first, second].map((number) => commitOf({ puts: [put('number', number)] })),
      );
      assert.deepEqual(outcomes[1], takenBy(second));
      assert.equal((await store().find('number', first.number))?.row.id, first.id);
    });

    void it('refuses a commit that gives one key to two rows', async () => {
      const first = sample.number();
      const second = sample.number({ number: first.number });
      const outcome = await commit(store(), { puts: [put('number', first), put('number', second)] });
      assert.deepEqual(outcome, takenBy(second));
      assert.equal(await store().get('number', first.id), undefined);
    });

    void it('lets a row keep its key', async () => {
      const number = await added();
      await succeed(store(), { puts: [put('number', { ...number, name: 'Front desk' })] });
      const found = await store().find('number', number.number);
      assert.deepEqual(found, { row: { ...number, name: 'Front desk' }, version: 2 });
    });

    void it('frees the key of a deleted row', async () => {
      const gone = await added();
      await succeed(store(), { puts: [put('number', removed(gone))] });
      const next = await added({ number: gone.number });
      assert.equal((await store().find('number', gone.number))?.row.id, next.id);
    });

    void it('frees the old key of a row that gets another one', async () => {
      const number = await added();
      const changed = { ...number, number: sample.number().number };
      await succeed(store(), { puts: [put('number', changed)] });
      assert.equal(await store().find('number', number.number), undefined);
      const next = await added({ number: number.number });
      assert.equal((await store().find('number', number.number))?.row.id, next.id);
    });

    void it('refuses to bring a deleted row back when its key has a new owner', async () => {
      const gone = await added();
      await succeed(store(), { puts: [put('number', removed(gone))] });
      await added({ number: gone.number });
      assert.deepEqual(await commit(store(), { puts: [put('number', gone)] }), takenBy(gone));
      assert.equal((await store().get('number', gone.id))?.row.tm_delete, theEnd);
    });

    void it('hands a key over within one commit, if it is let go first', async () => {
      const old = await added();
      const next = sample.number({ number: old.number });
      const [letGo, take] = [put('number', removed(old)), put('number', next)];
      assert.deepEqual(await commit(store(), { puts: [take, letGo] }), takenBy(next));
      await succeed(store(), { puts: [letGo, take] });
      assert.equal((await store().find('number', old.number))?.row.id, next.id);
    });

    void it('lets any number of deleted rows have had the same key', async () => {
      const number = sample.number().number;
      for (let n = 0; n < 3; n += 1) {
        await succeed(store(), { puts: [put('number', sample.number({ number, tm_delete: theEnd }))] });
      }
      assert.equal(await store().find('number', number), undefined);
    });
  });
}
