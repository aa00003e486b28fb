import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bodyExamples, nilId } from '@parley/contract';
import { createApi } from './api-under-test.ts';

const body = { extension: '1001', password: 'rye-and-spelt' };

describe('extensions over HTTP', () => {
  it('are made, read, changed in part and deleted', async () => {
    const api = await createApi();
    const made = await api.ok('createExtension', { body: { ...body, name: 'Desk' } });
    assert.equal(made.customer_id, api.customerId);
    assert.equal(made.domain_id, api.customerId);
    assert.equal(made.domain_name, `${api.customerId}.parley.internal`);
    assert.equal(made.username, '1001');
    const params = { id: made.id };
    assert.deepEqual(await api.ok('getExtension', { params }), made);
    assert.deepEqual((await api.ok('listExtensions')).result, [made]);
    api.advance(1000);
    const changed = await api.ok('updateExtension', { params, body: { detail: 'by the oven' } });
    assert.deepEqual([changed.name, changed.detail], ['Desk', 'by the oven']);
    const deleted = await api.ok('deleteExtension', { params });
    assert.equal(deleted.tm_delete, deleted.tm_update);
    for (const operation of ['getExtension', 'deleteExtension', 'listRegistrations'] as const) {
      assert.equal((await api.refused(operation, { params })).reason, 'EXTENSION_NOT_FOUND');
    }
    assert.equal((await api.refused('updateExtension', { params, body: {} })).reason, 'EXTENSION_NOT_FOUND');
  });

  it('never show their password, and keep nothing of it but hashes', async () => {
    const api = await createApi();
    const made = await api.ok('createExtension', { body });
    const params = { id: made.id };
    const replies = [
      made,
      await api.ok('getExtension', { params }),
      await api.ok('listExtensions'),
      await api.ok('updateExtension', { params, body: { password: 'more-rye' } }),
    ];
    assert.doesNotMatch(JSON.stringify(replies), /spelt|more-rye|password|hash/);
    const stored = await api.store.get('extension', made.id);
    assert.doesNotMatch(JSON.stringify(stored), /spelt|more-rye/);
    assert.equal(stored?.row.password_hashes.realm, 'parley.internal');
    assert.doesNotMatch(api.logged.join(''), /spelt|more-rye/);
  });

  it('get another hash with another password, and keep it otherwise', async () => {
    const api = await createApi();
    const { id } = await api.ok('createExtension', { body });
    const hashes = async () => (await api.store.get('extension', id))?.row.password_hashes;
    const first = await hashes();
    await api.ok('updateExtension', { params: { id }, body: { name: 'x' } });
    assert.deepEqual(await hashes(), first);
    await api.ok('updateExtension', { params: { id }, body: { password: 'more-rye' } });
    assert.notDeepEqual(await hashes(), first);
  });

  it('are once per customer; another customer may have the same, and one that is deleted is free', async () => {
    const api = await createApi();
    const { id } = await api.ok('createExtension', { body });
    const taken = await api.refused('createExtension', { body });
    assert.equal(taken.reason, 'EXTENSION_TAKEN');
    assert.match(taken.message, /1001/);
    await api.ok('createExtension', { body, key: api.otherKey });
    await api.ok('deleteExtension', { params: { id } });
    await api.ok('createExtension', { body });
  });

  it('of another customer are not there', async () => {
    const api = await createApi();
    const { id } = await api.ok('createExtension', { body });
    const key = api.otherKey;
    for (const operation of ['getExtension', 'deleteExtension', 'listRegistrations'] as const) {
      const error = await api.refused(operation, { params: { id }, key });
      assert.equal(error.reason, 'EXTENSION_NOT_FOUND');
    }
    const change = { params: { id }, key, body: { password: 'stolen!' } };
    assert.equal((await api.refused('updateExtension', change)).reason, 'EXTENSION_NOT_FOUND');
    assert.deepEqual((await api.ok('listExtensions', { key })).result, []);
  });

  it('are all in the one domain of their customer, which may be named', async () => {
    const api = await createApi();
    const domain = api.customerId;
    const made = await api.ok('createExtension', { body: { ...body, domain_id: domain } });
    await api.ok('createExtension', { body: { ...body, extension: '1002', domain_id: nilId } });
    const other = api.otherCustomerId;
    const refused = await api.refused('createExtension', {
      body: { ...body, extension: '1003', domain_id: other },
    });
    assert.equal(refused.reason, 'INVALID_ARGUMENT');
    assert.partialDeepStrictEqual(refused.details, [{ path: 'domain_id', reason: 'not_one_of' }]);
    assert.equal((await api.ok('listExtensions', { query: { domain_id: domain } })).result.length, 2);
    assert.deepEqual((await api.ok('listExtensions', { query: { domain_id: other } })).result, []);
    assert.deepEqual((await api.ok('getExtension', { params: { id: made.id } })).domain_id, domain);
  });

  it('need a password that is not too short, and what can be dialled', async () => {
    const api = await createApi();
    const cases = [
      [{ extension: '1001' }, 'password', 'required'],
      [{ ...body, password: 'short' }, 'password', 'too_short'],
      [{ ...body, password: 'with\nlines' }, 'password', 'wrong_form'],
      [{ ...body, extension: '10 01' }, 'extension', 'wrong_form'],
      [{ ...body, extension: 'a@b' }, 'extension', 'wrong_form'],
    ] as const;
    for (const [wrong, path, reason] of cases) {
      const error = await api.refused('createExtension', { body: wrong });
      assert.partialDeepStrictEqual(error.details, [{ in: 'body', path, reason }]);
    }
  });

  it('show the phones that are registered', async () => {
    const api = await createApi();
    const { id } = await api.ok('createExtension', { body });
    const params = { id };
    assert.deepEqual((await api.ok('listRegistrations', { params })).result, []);
    const registration = { ...bodyExamples.Registration, extension_id: id, customer_id: api.customerId };
    api.registrations.set(id, [registration]);
    assert.deepEqual(await api.ok('listRegistrations', { params }), {
      result: [registration],
      next_page_token: '',
    });
  });
});
