import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nilId } from '@parley/contract';
import { type ApiUnderTest, createApi } from './api-under-test.ts';

const nowhere = '00000000-0000-4000-8000-000000000000';

async function givenFlow(api: ApiUnderTest, key = api.key): Promise<string> {
  return (await api.ok('createFlow', { key, body: { actions: [{ type: 'answer' }] } })).id;
}

describe('numbers over HTTP', () => {
  it('are taken, read, renamed, pointed at flows and given up', async () => {
    const api = await createApi();
    const flowId = await givenFlow(api);
    const made = await api.ok('createNumber', { body: { number: '+15551230000', call_flow_id: flowId } });
    assert.deepEqual([made.status, made.call_flow_id, made.message_flow_id], ['active', flowId, nilId]);
    const params = { id: made.id };
    assert.deepEqual(await api.ok('getNumber', { params }), made);
    const renamed = await api.ok('updateNumber', { params, body: { name: 'Front desk' } });
    assert.deepEqual([renamed.name, renamed.call_flow_id], ['Front desk', flowId]);
    const both = await api.ok('updateNumberFlowIds', { params, body: { message_flow_id: flowId } });
    assert.deepEqual([both.call_flow_id, both.message_flow_id], [flowId, flowId]);
    const cleared = await api.ok('updateNumberFlowIds', { params, body: { call_flow_id: nilId } });
    assert.deepEqual([cleared.call_flow_id, cleared.message_flow_id], [nilId, flowId]);
    const deleted = await api.ok('deleteNumber', { params });
    assert.equal(deleted.status, 'deleted');
    for (const operation of ['getNumber', 'updateNumber', 'updateNumberFlowIds', 'deleteNumber'] as const) {
      assert.equal((await api.refused(operation, { params, body: {} })).reason, 'NUMBER_NOT_FOUND');
    }
  });

  it('are taken by one at a time, whoever they belong to', async () => {
    const api = await createApi();
    const { id } = await api.ok('createNumber', { body: { number: '1000' } });
    for (const key of [api.key, api.otherKey]) {
      const error = await api.refused('createNumber', { key, body: { number: '1000' } });
      assert.equal(error.reason, 'NUMBER_TAKEN');
      assert.match(error.message, /1000/);
    }
    await api.ok('deleteNumber', { params: { id } });
    await api.ok('createNumber', { key: api.otherKey, body: { number: '1000' } });
  });

  it('asked for by two at once go to one of them', async () => {
    const api = await createApi();
    const answers = await Promise.all(
      [api.key, api.otherKey].map((key) =>
        api.send('POST', '/v1.0/numbers', { key, body: { number: '1000' } }),
      ),
    );
    assert.deepEqual(
      answers.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 409],
    );
  });

  it('are E.164 or something that can be dialled', async () => {
    const api = await createApi();
    for (const number of ['+1555123', '1000', '*97', 'front-desk'])
      await api.ok('createNumber', { body: { number } });
    for (const number of ['', '+0123', '+abc', 'a b', 'a@b', 'x'.repeat(65), 1000]) {
      const error = await api.refused('createNumber', { body: { number } });
      assert.equal(error.reason, 'INVALID_ARGUMENT', String(number));
      assert.partialDeepStrictEqual(error.details, [{ in: 'body', path: 'number' }]);
    }
  });

  it('point to flows that are there, and only to those of their own customer', async () => {
    const api = await createApi();
    const foreign = await givenFlow(api, api.otherKey);
    const { id } = await api.ok('createNumber', { body: { number: '1000' } });
    for (const flowId of [nowhere, foreign]) {
      const created = await api.refused('createNumber', { body: { number: '2000', call_flow_id: flowId } });
      assert.equal(created.reason, 'FLOW_NOT_FOUND');
      const body = { message_flow_id: flowId };
      const changed = await api.refused('updateNumberFlowIds', { params: { id }, body });
      assert.equal(changed.reason, 'FLOW_NOT_FOUND');
    }
    const badId = await api.refused('updateNumberFlowIds', { params: { id }, body: { call_flow_id: 'x' } });
    assert.match(badId.message, /"call_flow_id" in the body has to be a UUID in lower case/);
  });

  it('are not pointed at a flow that is deleted at the same moment', async () => {
    const api = await createApi();
    const flowId = await givenFlow(api);
    const { id } = await api.ok('createNumber', { body: { number: '1000' } });
    let begun = false;
    api.beforeCommit = async () => {
      if (begun) return;
      begun = true;
      await api.ok('deleteFlow', { params: { id: flowId } });
    };
    const body = { call_flow_id: flowId };
    assert.equal(
      (await api.refused('updateNumberFlowIds', { params: { id }, body })).reason,
      'FLOW_NOT_FOUND',
    );
    assert.equal((await api.ok('getNumber', { params: { id } })).call_flow_id, nilId);
  });

  it('of another customer are not there', async () => {
    const api = await createApi();
    const { id } = await api.ok('createNumber', { body: { number: '1000' } });
    for (const operation of ['getNumber', 'updateNumber', 'updateNumberFlowIds', 'deleteNumber'] as const) {
      const error = await api.refused(operation, { params: { id }, key: api.otherKey, body: {} });
      assert.equal(error.reason, 'NUMBER_NOT_FOUND');
    }
    assert.deepEqual((await api.ok('listNumbers', { key: api.otherKey })).result, []);
  });

  it('changed by someone else at every try are reported as a conflict', async () => {
    const api = await createApi();
    const { id } = await api.ok('createNumber', { body: { number: '1000' } });
    api.beforeCommit = () => api.touch('number', id);
    for (const operation of ['updateNumber', 'updateNumberFlowIds', 'deleteNumber'] as const) {
      assert.equal((await api.refused(operation, { params: { id }, body: {} })).reason, 'CONFLICT');
    }
  });

  it('whose flow is changed by someone else at every try are reported as a conflict', async () => {
    const api = await createApi();
    const flowId = await givenFlow(api);
    api.beforeCommit = () => api.touch('flow', flowId);
    const error = await api.refused('createNumber', { body: { number: '1000', call_flow_id: flowId } });
    assert.equal(error.reason, 'CONFLICT');
  });
});
