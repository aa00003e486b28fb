import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createApi } from './api-under-test.ts';

const nobody = '00000000-0000-4000-8000-000000000000';

describe('tags over HTTP', () => {
  it('are made, read, changed in part and deleted', async () => {
    const api = await createApi();
    const made = await api.ok('createTag', { body: { name: 'German', detail: 'speaks it' } });
    assert.equal(made.customer_id, api.customerId);
    const params = { id: made.id };
    assert.deepEqual(await api.ok('getTag', { params }), made);
    api.advance(1000);
    const changed = await api.ok('updateTag', { params, body: { name: 'Deutsch' } });
    assert.deepEqual([changed.name, changed.detail], ['Deutsch', 'speaks it']);
    assert.ok(changed.tm_update > changed.tm_create);
    assert.deepEqual(await api.ok('getTag', { params }), changed);
    const deleted = await api.ok('deleteTag', { params });
    assert.equal(deleted.tm_delete, deleted.tm_update);
    assert.equal((await api.refused('getTag', { params })).reason, 'TAG_NOT_FOUND');
    assert.equal((await api.refused('updateTag', { params, body: {} })).reason, 'TAG_NOT_FOUND');
    assert.equal((await api.refused('deleteTag', { params })).reason, 'TAG_NOT_FOUND');
    assert.deepEqual((await api.ok('listTags')).result, []);
  });

  it('of another customer are not there', async () => {
    const api = await createApi();
    const { id } = await api.ok('createTag', { body: { name: 'mine' } });
    for (const operation of ['getTag', 'updateTag', 'deleteTag'] as const) {
      const error = await api.refused(operation, { params: { id }, key: api.otherKey, body: { name: 'x' } });
      assert.equal(error.reason, 'TAG_NOT_FOUND');
    }
    assert.equal((await api.ok('getTag', { params: { id } })).name, 'mine');
    assert.deepEqual((await api.ok('listTags', { key: api.otherKey })).result, []);
    assert.equal((await api.refused('getTag', { params: { id: nobody } })).reason, 'TAG_NOT_FOUND');
  });

  it('need a name and take nothing unknown', async () => {
    const api = await createApi();
    const missing = await api.refused('createTag', { body: { detail: 'x' } });
    assert.equal(missing.reason, 'INVALID_ARGUMENT');
    assert.deepEqual(missing.details, [
      { in: 'body', path: 'name', reason: 'required', message: 'is missing' },
    ]);
    const unknown = await api.refused('createTag', { body: { name: 'x', colour: 'red' } });
    assert.match(
      unknown.message,
      /"colour" in the body is not a key that is known here \(known: name, detail\)/,
    );
  });

  it('changed by two at once have both changes', async () => {
    const api = await createApi();
    const { id } = await api.ok('createTag', { body: { name: 'a', detail: 'a' } });
    const [one, two] = await Promise.all([
      api.ok('updateTag', { params: { id }, body: { name: 'b' } }),
      api.ok('updateTag', { params: { id }, body: { detail: 'b' } }),
    ]);
    assert.ok(one.detail === 'b' || two.name === 'b', 'one of them saw the change of the other');
    const now = await api.ok('getTag', { params: { id } });
    assert.deepEqual([now.name, now.detail], ['b', 'b']);
    assert.equal((await api.store.get('tag', id))?.version, 3);
  });

  it('changed by someone else at every try are reported as a conflict', async () => {
    const api = await createApi();
    const { id } = await api.ok('createTag', { body: { name: 'a' } });
    let tries = 0;
    api.beforeCommit = async () => {
      tries += 1;
      const stored = await api.store.get('tag', id);
      assert.ok(stored);
      await api.put({ kind: 'tag', row: { ...stored.row, detail: `${tries}` } });
    };
    assert.equal(
      (await api.refused('updateTag', { params: { id }, body: { name: 'b' } })).reason,
      'CONFLICT',
    );
    assert.equal(tries, 5);
    assert.equal((await api.refused('deleteTag', { params: { id } })).reason, 'CONFLICT');
    assert.equal((await api.ok('getTag', { params: { id } })).name, 'a');
  });
});

describe('a list', () => {
  it('is walked page by page, newest first, each row once', async () => {
    const api = await createApi();
    const ids: string[] = [];
    for (let made = 0; made < 25; made += 1) {
      api.advance(1);
      ids.unshift((await api.ok('createTag', { body: { name: `${made}` } })).id);
    }
    const seen: string[] = [];
    let token = '';
    const sizes: number[] = [];
    do {
      const query = token === '' ? {} : { page_token: token };
      const page = await api.ok('listTags', { query });
      sizes.push(page.result.length);
      seen.push(...page.result.map(({ id }) => id));
      token = page.next_page_token;
      // What is made meanwhile is on no later page.
      api.advance(1);
      await api.ok('createTag', { body: { name: 'late' } });
    } while (token !== '');
    assert.deepEqual(sizes, [10, 10, 5]);
    assert.deepEqual(seen, ids);
  });

  it('has ten rows when the size asked for is not one of 1 to 100', async () => {
    const api = await createApi();
    for (let made = 0; made < 12; made += 1) await api.ok('createTag', { body: { name: `${made}` } });
    for (const size of [0, -1, 101, 1_000_000]) {
      assert.equal((await api.ok('listTags', { query: { page_size: size } })).result.length, 10);
    }
    assert.equal((await api.ok('listTags', { query: { page_size: 3 } })).result.length, 3);
    assert.equal((await api.ok('listTags', { query: { page_size: 100 } })).next_page_token, '');
  });

  it('refuses a size that is no number, a token that is none, and keys that it does not know', async () => {
    const api = await createApi();
    const cases = [
      [{ page_size: 'many' }, 'page_size', 'wrong_type'],
      [{ page_token: 'made up' }, 'page_token', 'wrong_form'],
      [{ pagesize: 5 }, 'pagesize', 'unknown_key'],
    ] as const;
    for (const [query, path, reason] of cases) {
      const error = await api.refused('listTags', { query });
      assert.equal(error.reason, 'INVALID_ARGUMENT');
      assert.partialDeepStrictEqual(error.details, [{ in: 'query', path, reason }]);
    }
  });
});
