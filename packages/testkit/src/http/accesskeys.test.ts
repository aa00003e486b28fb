import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createApi } from './api-under-test.ts';

describe('access keys over HTTP', () => {
  it('show their token once and open the API at once', async () => {
    const api = await createApi();
    const made = await api.ok('createAccesskey', { body: { name: 'CI' } });
    assert.match(made.token ?? '', /^parley_[0-9a-f]{64}$/);
    assert.ok(made.token?.startsWith(made.token_prefix));
    assert.equal((await api.ok('getMe', { key: made.token })).accesskey?.id, made.id);
    const read = await api.ok('getAccesskey', { params: { id: made.id } });
    assert.ok(!('token' in read));
    const listed = await api.ok('listAccesskeys');
    assert.deepEqual(
      listed.result.map((key) => 'token' in key),
      [false, false],
    );
    assert.ok(!JSON.stringify(listed).includes(made.token ?? ''));
  });

  it('are renamed, and cannot be prolonged', async () => {
    const api = await createApi();
    const { id, tm_expire } = await api.ok('createAccesskey', { body: { name: 'CI', expire: 60 } });
    const renamed = await api.ok('updateAccesskey', { params: { id }, body: { detail: 'build' } });
    assert.deepEqual([renamed.name, renamed.detail, renamed.tm_expire], ['CI', 'build', tm_expire]);
    const error = await api.refused('updateAccesskey', { params: { id }, body: { expire: 0 } });
    assert.equal(error.reason, 'INVALID_ARGUMENT');
  });

  it('are refused from the request after their deletion on', async () => {
    const api = await createApi();
    const { id, token } = await api.ok('createAccesskey', { body: {} });
    await api.ok('getMe', { key: token });
    await api.ok('deleteAccesskey', { params: { id } });
    assert.equal((await api.refused('getMe', { key: token })).reason, 'INVALID_CREDENTIALS');
    assert.equal((await api.refused('getAccesskey', { params: { id } })).reason, 'ACCESSKEY_NOT_FOUND');
    assert.equal((await api.refused('deleteAccesskey', { params: { id } })).reason, 'ACCESSKEY_NOT_FOUND');
  });

  it('that are deleted while they are looked up open nothing afterwards', async () => {
    const api = await createApi();
    const { id, token } = await api.ok('createAccesskey', { body: {} });
    const found = api.store.find.bind(api.store);
    let deleting: Promise<unknown> | undefined;
    api.reads.find = async (...asked) => {
      const row = await found(...asked);
      api.reads.find = found;
      deleting = api.ok('deleteAccesskey', { params: { id } });
      await deleting;
      return row;
    };
    await api.send('GET', '/v1.0/me', { key: token });
    assert.notEqual(deleting, undefined);
    assert.equal((await api.refused('getMe', { key: token })).reason, 'INVALID_CREDENTIALS');
  });

  it('cannot delete themselves', async () => {
    const api = await createApi();
    const { accesskey } = await api.ok('getMe');
    assert.ok(accesskey);
    const error = await api.refused('deleteAccesskey', { params: { id: accesskey.id } });
    assert.equal(error.reason, 'STATE_INVALID');
    await api.ok('getMe');
  });

  it('of another customer are not there', async () => {
    const api = await createApi();
    const { id } = await api.ok('createAccesskey', { body: {} });
    for (const operation of ['getAccesskey', 'updateAccesskey', 'deleteAccesskey'] as const) {
      const error = await api.refused(operation, { params: { id }, key: api.otherKey, body: {} });
      assert.equal(error.reason, 'ACCESSKEY_NOT_FOUND');
    }
  });

  it('changed by someone else at every try are reported as a conflict', async () => {
    const api = await createApi();
    const { id } = await api.ok('createAccesskey', { body: {} });
    api.beforeCommit = () => api.touch('accesskey', id);
    const params = { id };
    assert.equal((await api.refused('updateAccesskey', { params, body: {} })).reason, 'CONFLICT');
    assert.equal((await api.refused('deleteAccesskey', { params })).reason, 'CONFLICT');
  });
});
