import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nilId } from '@parley/contract';
import { type ApiUnderTest, createApi } from './api-under-test.ts';
import { planned } from './centre-under-test.ts';

async function givenAnswered(
  api: ApiUnderTest,
  actions: readonly object[] = [{ type: 'block' }],
): Promise<string> {
  const body = {
    source: { target: '+15550100100' },
    destinations: [{ target: '+15550100123' }],
    actions: [...actions],
  };
  const { calls } = await api.ok('createCalls', { body });
  const id = calls[0]?.id ?? '';
  await api.switching.hear(id, { kind: 'mediaOpened' });
  await api.switching.hear(id, { kind: 'farEndAnswered' });
  return id;
}

function kinds(api: ApiUnderTest): string[] {
  return api.switching.effects.map(({ kind }) => kind).filter((kind) => kind.endsWith('Recording'));
}

describe('recordings of calls over HTTP', () => {
  it('begin, pause, go on and end', async () => {
    const api = await createApi();
    const id = await givenAnswered(api);
    const params = { id };
    const call = await api.ok('startCallRecording', { params, body: { end_of_silence: 3, duration: 60 } });
    const recording = await api.ok('getRecording', { params: { id: call.recording_id } });
    assert.deepEqual([recording.status, recording.reference_id, recording.type], ['initiating', id, 'call']);
    assert.deepEqual(call.recording_ids, [recording.id]);
    const again = await api.refused('startCallRecording', { params, body: {} });
    assert.equal(again.reason, 'RECORDING_ALREADY_ACTIVE');
    await api.ok('pauseCallRecording', { params });
    assert.equal((await api.ok('getRecording', { params: { id: recording.id } })).paused, true);
    assert.equal((await api.refused('pauseCallRecording', { params })).reason, 'CALL_STATE_INVALID');
    await api.ok('resumeCallRecording', { params });
    await api.ok('stopCallRecording', { params });
    assert.deepEqual(kinds(api), ['startRecording', 'pauseRecording', 'pauseRecording', 'stopRecording']);
    assert.partialDeepStrictEqual(
      api.switching.effects.find(({ kind }) => kind === 'startRecording'),
      { maxMs: 60_000, endOfSilenceMs: 3_000 },
    );
  });

  it('name a flow to follow that has to be there', async () => {
    const api = await createApi();
    const id = await givenAnswered(api);
    const { id: conference } = await api.ok('createConference', { body: { type: 'conference' } });
    const flow = await api.ok('createFlow', { body: { name: 'after', actions: [{ type: 'answer' }] } });
    const body = { on_end_flow_id: flow.id };
    const nobodys = { on_end_flow_id: '00000000-0000-4000-8000-000000000009' };
    for (const [operation, params] of [
      ['startCallRecording', { id }],
      ['startConferenceRecording', { id: conference }],
    ] as const)
      assert.equal((await api.refused(operation, { params, body: nobodys })).reason, 'FLOW_NOT_FOUND');
    assert.deepEqual(kinds(api), []);
    const call = await api.ok('startCallRecording', { params: { id }, body });
    const recording = await api.ok('getRecording', { params: { id: call.recording_id } });
    assert.equal(recording.on_end_flow_id, flow.id);
  });

  it('need a call that is answered, and one that is recorded', async () => {
    const api = await createApi();
    const id = await givenAnswered(api);
    assert.equal((await api.refused('stopCallRecording', { params: { id } })).reason, 'RECORDING_NOT_ACTIVE');
    await api.switching.hear(id, { kind: 'callEnded', end: { cause: 16 } });
    await api.switching.hear(id, { kind: 'mediaFailed', problem: '' });
    const over = await api.refused('startCallRecording', { params: { id }, body: {} });
    assert.equal(over.reason, 'CALL_ALREADY_HANGUP');
    assert.equal(
      (await api.refused('stopCallRecording', { params: { id: nilId } })).reason,
      'CALL_NOT_FOUND',
    );
  });
});

describe('recordings of conferences over HTTP', () => {
  it('need somebody inside', async () => {
    const api = await createApi();
    const { id } = await api.ok('createConference', { body: { type: 'conference' } });
    const params = { id };
    const empty = await api.refused('startConferenceRecording', { params, body: {} });
    assert.match(empty.message, /nobody is in the conference/);
    assert.equal((await api.refused('stopConferenceRecording', { params })).reason, 'RECORDING_NOT_ACTIVE');
    await givenAnswered(api, [{ type: 'conference_join', option: { conference_id: id } }]);
    const conference = await api.ok('startConferenceRecording', { params, body: {} });
    assert.notEqual(conference.recording_id, nilId);
    const again = await api.refused('startConferenceRecording', { params, body: {} });
    assert.equal(again.reason, 'RECORDING_ALREADY_ACTIVE');
    await api.ok('stopConferenceRecording', { params });
    assert.deepEqual(kinds(api), ['startRecording', 'stopRecording']);
  });
});

describe('transfers over HTTP', () => {
  const connect = [{ type: 'connect', option: { destinations: [{ target: '+15550100777' }] } }];

  async function givenTalking(api: ApiUnderTest): Promise<string> {
    const id = await givenAnswered(api, connect);
    const locate = api.switching.effects.find((effect) => effect.kind === 'locate');
    assert.ok(locate?.kind === 'locate');
    const destinations = locate.destinations.map(planned);
    await api.switching.hear(id, { kind: 'located', request: locate.request, destinations, flow: undefined });
    const callee = api.switching.centre.callIds().find((callId) => callId !== id) ?? '';
    await api.switching.hear(callee, { kind: 'mediaOpened' });
    await api.switching.hear(callee, { kind: 'farEndAnswered' });
    return id;
  }

  it('dial the new party and show how it stands', async () => {
    const api = await createApi();
    const id = await givenTalking(api);
    const body = {
      transfer_type: 'attended',
      transferer_call_id: id,
      transferee_addresses: [{ target: '+15550100999' }],
    };
    const made = await api.ok('createTransfer', { body });
    assert.deepEqual([made.type, made.transferer_call_id, made.transferee_call_id], ['attended', id, nilId]);
    const shown = await api.ok('getTransfer', { params: { id: made.id } });
    assert.notEqual(shown.groupcall_id, nilId);
    assert.equal((await api.refused('createTransfer', { body })).reason, 'STATE_INVALID');
  });

  it('need a call that talks with somebody, and somebody to go to', async () => {
    const api = await createApi();
    const id = await givenAnswered(api);
    const to = (target: string) => ({
      body: { transfer_type: 'blind', transferer_call_id: id, transferee_addresses: [{ target }] },
    });
    const alone = await api.refused('createTransfer', to('+15550100999'));
    assert.match(alone.message, /in no room with somebody/);
    const nowhere = await api.refused('createTransfer', to('nowhere'));
    assert.equal(nowhere.reason, 'DESTINATION_REFUSED');
    assert.equal(nowhere.details?.[0]?.path, 'transferee_addresses[0]');
  });
});
