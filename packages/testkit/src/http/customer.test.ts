import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createApi } from './api-under-test.ts';

describe('the own customer over HTTP', () => {
  it('is whom the key speaks for', async () => {
    const api = await createApi();
    const me = await api.ok('getMe');
    assert.equal(me.customer?.id, api.customerId);
    assert.deepEqual(await api.ok('getCustomer'), me.customer);
    assert.equal((await api.ok('getMe', { key: api.otherKey })).customer?.id, api.otherCustomerId);
  });

  it('changes in part, and whoever delivers its webhooks hears of it', async () => {
    const api = await createApi();
    const before = await api.ok('getCustomer');
    const uri = 'https://example.com/hook?a=b';
    const changed = await api.ok('updateCustomer', { body: { webhook_uri: uri } });
    assert.deepEqual(changed, { ...before, webhook_uri: uri, tm_update: changed.tm_update });
    assert.deepEqual(api.changedCustomers, [api.customerId]);
    const cleared = await api.ok('updateCustomer', { body: { webhook_uri: '', name: 'New' } });
    assert.deepEqual([cleared.webhook_uri, cleared.name, cleared.detail], ['', 'New', before.detail]);
    assert.equal((await api.ok('getMe')).customer?.name, 'New');
  });

  it('sets the address of its music, and leaves the rest alone', async () => {
    const api = await createApi();
    const before = await api.ok('getCustomer');
    assert.equal(before.music_on_hold_uri, '');
    const uri = 'HTTPS://example.com/music/waltz.wav?v=2';
    const changed = await api.ok('updateCustomer', { body: { music_on_hold_uri: uri } });
    assert.deepEqual(changed, { ...before, music_on_hold_uri: uri, tm_update: changed.tm_update });
    assert.deepEqual(api.changedCustomers, [api.customerId]);
    assert.equal((await api.ok('updateCustomer', { body: { name: 'New' } })).music_on_hold_uri, uri);
    assert.equal((await api.ok('updateCustomer', { body: { music_on_hold_uri: '' } })).music_on_hold_uri, '');
    assert.equal((await api.ok('getCustomer', { key: api.otherKey })).music_on_hold_uri, '');
  });

  it('refuses addresses that no webhook could be sent to and no music fetched from', async () => {
    const api = await createApi();
    for (const uri of [
      'ftp://example.com/',
      'example.com',
      'http://',
      'http://a b/',
      'http://[::/',
      'javascript:1',
    ]) {
      for (const path of ['webhook_uri', 'music_on_hold_uri'] as const) {
        const error = await api.refused('updateCustomer', { body: { [path]: uri } });
        assert.equal(error.reason, 'INVALID_ARGUMENT', uri);
        assert.partialDeepStrictEqual(error.details, [{ in: 'body', path, reason: 'wrong_form' }]);
      }
    }
    const error = await api.refused('updateCustomer', { body: { webhook_method: 'PATCH' } });
    assert.partialDeepStrictEqual(error.details, [{ path: 'webhook_method', reason: 'not_one_of' }]);
  });

  it('gets another signing secret', async () => {
    const api = await createApi();
    const before = await api.ok('getCustomer');
    const after = await api.ok('rotateWebhookSecret');
    assert.match(after.webhook_secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
    assert.notEqual(after.webhook_secret, before.webhook_secret);
    assert.deepEqual(api.changedCustomers, [api.customerId]);
  });

  it('changed by someone else at every try is reported as a conflict', async () => {
    const api = await createApi();
    api.beforeCommit = () => api.touch('customer', api.customerId);
    assert.equal((await api.refused('updateCustomer', { body: { name: 'x' } })).reason, 'CONFLICT');
    assert.equal((await api.refused('rotateWebhookSecret')).reason, 'CONFLICT');
    assert.deepEqual(api.changedCustomers, []);
  });

  it('that is removed takes its keys with it', async () => {
    const api = await createApi();
    const stored = await api.store.get('customer', api.otherCustomerId);
    assert.ok(stored);
    const tm_delete = stored.row.tm_create;
    await api.put({ kind: 'customer', row: { ...stored.row, tm_delete } });
    assert.equal((await api.refused('getCustomer', { key: api.otherKey })).reason, 'INVALID_CREDENTIALS');
  });
});
