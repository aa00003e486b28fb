import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventExamples, type Recording } from '@parley/contract';
import { type ApiUnderTest, createApi } from './api-under-test.ts';

const sound = 'RIFF0123456789';

/** A recording that has ended, with its file. */
async function givenRecording(api: ApiUnderTest, change: Partial<Recording> = {}): Promise<string> {
  const id = api.chance.id();
  const { data } = eventExamples.recording_finished;
  await api.put({ kind: 'recording', row: { ...data, id, customer_id: api.customerId, ...change } });
  api.files.set(id, sound);
  return id;
}

describe('the file of a recording over HTTP', () => {
  it('is sent whole', async () => {
    const api = await createApi();
    const id = await givenRecording(api);
    const answer = await api.send('GET', `/v1.0/recordingfiles/${id}`);
    assert.deepEqual([answer.status, answer.body], [200, sound]);
    assert.partialDeepStrictEqual(answer.headers, {
      'content-type': 'audio/wav',
      'content-length': '14',
      'accept-ranges': 'bytes',
      'cache-control': 'no-store',
    });
    assert.ok(answer.headers['x-request-id']);
  });

  it('is sent in part', async () => {
    const api = await createApi();
    const id = await givenRecording(api);
    const parts = {
      'bytes=4-6': ['012', 'bytes 4-6/14'],
      'bytes=12-': ['89', 'bytes 12-13/14'],
      'bytes=-3': ['789', 'bytes 11-13/14'],
      'bytes=0-999': [sound, 'bytes 0-13/14'],
    };
    for (const [range, [body, place]] of Object.entries(parts)) {
      const answer = await api.send('GET', `/v1.0/recordingfiles/${id}`, { headers: { range } });
      assert.deepEqual([answer.status, answer.body, answer.headers['content-range']], [206, body, place]);
      assert.equal(answer.headers['content-length'], String(body?.length));
    }
  });

  it('has no bytes behind its end', async () => {
    const api = await createApi();
    const id = await givenRecording(api);
    const answer = await api.send('GET', `/v1.0/recordingfiles/${id}`, { headers: { range: 'bytes=14-' } });
    assert.equal(answer.status, 416);
    assert.equal(answer.headers['content-range'], 'bytes */14');
    assert.equal((answer.body as { error: { reason: string } }).error.reason, 'RANGE_NOT_SATISFIABLE');
  });

  it('is sent whole to who asks for a part of another version, or for several parts', async () => {
    const api = await createApi();
    const id = await givenRecording(api);
    for (const headers of [{ range: 'bytes=0-1', 'if-range': '"v1"' }, { range: 'bytes=0-1,3-4' }]) {
      const answer = await api.send('GET', `/v1.0/recordingfiles/${id}`, { headers });
      assert.deepEqual([answer.status, answer.body], [200, sound]);
    }
  });

  it('is sent as far as it was written, even when that is nothing', async () => {
    const api = await createApi();
    const id = await givenRecording(api, { status: 'initiating' });
    api.files.set(id, '');
    const answer = await api.send('GET', `/v1.0/recordingfiles/${id}`);
    assert.deepEqual([answer.status, answer.body], [200, '']);
  });

  it('of another customer, of no recording, or of one that never began is not there', async () => {
    const api = await createApi();
    const id = await givenRecording(api);
    const params = { id };
    const theirs = await api.refused('getRecordingFile', { params, key: api.otherKey });
    assert.equal(theirs.reason, 'RECORDING_NOT_FOUND');
    api.files.delete(id);
    assert.equal((await api.refused('getRecordingFile', { params })).reason, 'RECORDING_NOT_FOUND');
    assert.equal((await api.send('GET', `/v1.0/recordingfiles/${id}`, { key: undefined })).status, 401);
  });
});

describe('a recording over HTTP', () => {
  it('is deleted with its file', async () => {
    const api = await createApi();
    const id = await givenRecording(api);
    const deleted = await api.ok('deleteRecording', { params: { id } });
    assert.equal(deleted.tm_delete, deleted.tm_update);
    assert.ok(!api.files.has(id));
    for (const operation of ['getRecording', 'getRecordingFile', 'deleteRecording'] as const) {
      assert.equal((await api.refused(operation, { params: { id } })).reason, 'RECORDING_NOT_FOUND');
    }
  });

  it('that is under way is not deleted, and keeps its file', async () => {
    const api = await createApi();
    const id = await givenRecording(api, { status: 'recording' });
    assert.equal((await api.refused('deleteRecording', { params: { id } })).reason, 'STATE_INVALID');
    assert.ok(api.files.has(id));
  });

  it('of another customer is not deleted', async () => {
    const api = await createApi();
    const id = await givenRecording(api);
    const error = await api.refused('deleteRecording', { params: { id }, key: api.otherKey });
    assert.equal(error.reason, 'RECORDING_NOT_FOUND');
    assert.ok(api.files.has(id));
  });

  it('changed by someone else at every try keeps its file', async () => {
    const api = await createApi();
    const id = await givenRecording(api);
    api.beforeCommit = () => api.touch('recording', id);
    assert.equal((await api.refused('deleteRecording', { params: { id } })).reason, 'CONFLICT');
    assert.ok(api.files.has(id));
  });

  it('of which the file cannot be removed is deleted all the same, and the log says so', async () => {
    const api = await createApi();
    const id = await givenRecording(api);
    api.beforeRemoval = () => {
      throw new Error('read-only file system');
    };
    await api.ok('deleteRecording', { params: { id } });
    assert.ok(api.logged.some((line) => line.includes('could not be removed') && line.includes(id)));
  });
});
