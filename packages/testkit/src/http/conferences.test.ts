import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Conference } from '@parley/contract';
import { limits } from '@parley/core';
import { type ApiUnderTest, createApi } from './api-under-test.ts';

const full = 'Not now: there are too many conferences at present.';
const talk = { type: 'talk', option: { text: 'Welcome.' } };

async function given(api: ApiUnderTest, more: object = {}): Promise<Conference> {
  return await api.ok('createConference', { body: { type: 'conference', ...more } });
}

/** A call that is in the conference. */
async function givenInside(api: ApiUnderTest, conferenceId: string): Promise<string> {
  const join = { type: 'conference_join', option: { conference_id: conferenceId } };
  const body = {
    source: { target: '+15550100100' },
    destinations: [{ target: '+15550100123' }],
    actions: [join, { type: 'block' }],
  };
  const { calls } = await api.ok('createCalls', { body });
  const id = calls[0]?.id ?? '';
  await api.switching.hear(id, { kind: 'mediaOpened' });
  await api.switching.hear(id, { kind: 'farEndAnswered' });
  return id;
}

async function told(api: ApiUnderTest): Promise<string[]> {
  const { result } = await api.ok('listEvents');
  return result.map(({ type }) => type).filter((type) => type.startsWith('conference'));
}

describe('conferences over HTTP', () => {
  it('are made, with what is left out as the reference says', async () => {
    const api = await createApi();
    const bare = await given(api);
    assert.partialDeepStrictEqual(bare, { status: 'progressing', name: '', data: {}, timeout: 0 });
    const made = await given(api, { name: 'Monday', data: { team: 7 }, timeout: 30, pre_actions: [talk] });
    assert.partialDeepStrictEqual(made, { name: 'Monday', data: { team: 7 }, timeout: 86_400 });
    assert.match(made.pre_actions[0]?.id ?? '', /^[0-9a-f-]{36}$/);
    assert.deepEqual(await api.ok('getConference', { params: { id: made.id } }), made);
    assert.deepEqual(await told(api), ['conference_created', 'conference_created']);
  });

  it('are not made with actions that cannot run, or more than an event can carry', async () => {
    const api = await createApi();
    for (const list of ['pre_actions', 'post_actions']) {
      const body = { type: 'connect', [list]: [{ type: 'sing' }] };
      const error = await api.refused('createConference', { body });
      assert.equal(error.reason, 'INVALID_FLOW');
      assert.partialDeepStrictEqual(error.details, [{ path: `${list}[0].type`, reason: 'unknown_type' }]);
    }
    const body = { type: 'conference', data: { text: 'x'.repeat(40_000) } };
    const error = await api.refused('createConference', { body });
    assert.equal(error.reason, 'INVALID_ARGUMENT');
    assert.partialDeepStrictEqual(error.details, [{ path: 'data', reason: 'too_long' }]);
    assert.deepEqual(await told(api), []);
  });

  it('are put off when there are too many', async () => {
    const api = await createApi();
    const made = await given(api);
    const ids = Array.from({ length: limits.conferences - 1 }, () => api.chance.id());
    api.switching.centre.load(ids.map((id) => ({ row: { ...made, id }, lane: id, deadline: undefined })));
    const error = await api.refused('createConference', { body: { type: 'conference' } });
    assert.deepEqual([error.reason, error.message], ['UNAVAILABLE', full]);
    await api.ok('deleteConference', { params: { id: made.id } });
    await given(api);
  });

  it('are changed as far as it is said', async () => {
    const api = await createApi();
    const { id, post_actions: after } = await given(api, { name: 'Monday', post_actions: [talk] });
    const params = { id };
    const changed = await api.ok('updateConference', {
      params,
      body: { name: 'Tuesday', timeout: 600, pre_actions: [talk] },
    });
    assert.partialDeepStrictEqual(changed, { name: 'Tuesday', timeout: 600 });
    assert.deepEqual(changed.post_actions, after);
    assert.equal(changed.pre_actions[0]?.type, 'talk');
    assert.equal(api.switching.centre.wakeAt(), 600_000);
    assert.deepEqual(await api.ok('getConference', { params }), changed);
    assert.deepEqual(await told(api), ['conference_created', 'conference_updated']);
    const wrong = await api.refused('updateConference', {
      params,
      body: { post_actions: [{ type: 'sing' }] },
    });
    assert.equal(wrong.reason, 'INVALID_FLOW');
  });

  it('with nobody inside are gone once they are closed', async () => {
    const api = await createApi();
    const { id } = await given(api);
    const closed = await api.ok('deleteConference', { params: { id } });
    assert.equal(closed.status, 'terminated');
    assert.equal(closed.tm_delete, closed.tm_update);
    assert.deepEqual(await told(api), ['conference_created', 'conference_updated', 'conference_deleted']);
    for (const operation of ['deleteConference', 'updateConference'] as const) {
      const body = operation === 'updateConference' ? { body: {} } : {};
      const error = await api.refused(operation, { params: { id }, ...body });
      assert.equal(error.reason, 'CONFERENCE_NOT_FOUND');
    }
    assert.deepEqual(await api.ok('getConference', { params: { id } }), closed);
  });

  it('put everybody out when they are closed', async () => {
    const api = await createApi();
    const { id } = await given(api);
    const callId = await givenInside(api, id);
    assert.deepEqual((await api.ok('getConference', { params: { id } })).call_ids, [callId]);
    assert.equal((await api.ok('deleteConference', { params: { id } })).status, 'terminated');
    const call = await api.ok('getCall', { params: { id: callId } });
    assert.deepEqual([call.status, call.action.type], ['progressing', 'block']);
  });

  it('put one call out, which goes on; one that is not inside is not found', async () => {
    const api = await createApi();
    const { id } = await given(api);
    const [first, second] = [await givenInside(api, id), await givenInside(api, id)];
    const params = { id, call_id: first };
    assert.deepEqual((await api.ok('removeConferenceCall', { params })).call_ids, [second]);
    assert.equal((await api.ok('getCall', { params: { id: first } })).action.type, 'block');
    assert.equal((await api.refused('removeConferenceCall', { params })).reason, 'CALL_NOT_FOUND');
  });

  it('that the call centre does not know any more are being closed', async () => {
    const api = await createApi();
    const made = await given(api);
    const id = api.chance.id();
    await api.put({ kind: 'conference', row: { ...made, id } });
    const change = await api.refused('updateConference', { params: { id }, body: {} });
    assert.equal(change.reason, 'STATE_INVALID');
    assert.equal((await api.refused('deleteConference', { params: { id } })).reason, 'STATE_INVALID');
  });

  it('of another customer are not there', async () => {
    const api = await createApi();
    const { id } = await given(api);
    const callId = await givenInside(api, id);
    const key = api.otherKey;
    const errors = [
      await api.refused('updateConference', { key, params: { id }, body: { name: 'x' } }),
      await api.refused('deleteConference', { key, params: { id } }),
      await api.refused('removeConferenceCall', { key, params: { id, call_id: callId } }),
    ];
    assert.deepEqual([...new Set(errors.map(({ reason }) => reason))], ['CONFERENCE_NOT_FOUND']);
    assert.deepEqual((await api.ok('getConference', { params: { id } })).call_ids, [callId]);
  });
});

describe('a group dial over HTTP', () => {
  it('is hung up with all its calls; once', async () => {
    const api = await createApi();
    const body = {
      source: { target: '+15550100100' },
      destinations: [{ type: 'extension', target: '1001' }],
    };
    const { groupcalls } = await api.ok('createCalls', { body });
    const params = { id: groupcalls[0]?.id ?? '' };
    const theirs = await api.refused('hangupGroupcall', { params, key: api.otherKey });
    assert.equal(theirs.reason, 'GROUPCALL_NOT_FOUND');
    assert.equal((await api.ok('hangupGroupcall', { params })).status, 'hangingup');
    const { result: calls } = await api.ok('listCalls');
    assert.deepEqual(
      calls.map(({ status }) => status),
      ['canceling', 'canceling'],
    );
    assert.equal((await api.ok('hangupGroupcall', { params })).status, 'hangingup');
    for (const { id } of calls) await api.switching.hear(id, { kind: 'callEnded', end: { cause: 16 } });
    assert.equal((await api.refused('hangupGroupcall', { params })).reason, 'GROUPCALL_ALREADY_HANGUP');
  });
});
