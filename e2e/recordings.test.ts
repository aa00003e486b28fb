import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { type Call, type Conference, nilId, type Recording } from '@parley/contract';
import { recordingFile, separation } from './harness/recording-file.ts';
import { has, hears } from './harness/sound/ear.ts';
import { levelAt, loudMs, shareAt } from './harness/sound/listening.ts';
import { tone } from './harness/sound/sox.ts';
import { scene } from './harness/stage.ts';
import { sings, startTalk, type Talk, tones } from './harness/talk.ts';
import { until } from './harness/until.ts';

/** Has the API record a call; the recording runs when this resolves. */
async function record({ server, receiver }: Talk, callId: string, wanted: object = {}): Promise<string> {
  const { recording_id: id } = await server.api.post<Call>(`/v1.0/calls/${callId}/recording_start`, wanted);
  assert.notEqual(id, nilId);
  const { data } = await receiver.event('recording_started', (recording) => recording.id === id);
  assert.deepEqual([data.status, data.reference_id, data.type], ['recording', callId, 'call']);
  return id;
}

/** A recording in its first event and in its last. */
interface Told {
  readonly started: Recording;
  readonly ended: Recording;
}

/** The recording as its last event tells it, and as it was at its first. */
async function finished({ receiver }: Talk, id: string): Promise<Told> {
  const { data: ended } = await receiver.event('recording_finished', (recording) => recording.id === id);
  const told = receiver.taken().filter(({ event }) => (event.data as { id?: string }).id === id);
  assert.deepEqual(
    told.map(({ event }) => event.type),
    ['recording_started', 'recording_finished'],
  );
  assert.equal(ended.status, 'ended');
  return { started: told[0]?.event.data as Recording, ended };
}

async function post({ server }: Talk, callId: string, command: string): Promise<Call> {
  return await server.api.post<Call>(`/v1.0/calls/${callId}/${command}`);
}

/** Milliseconds of a time such as `2027-03-09 09:30:46.034001`. */
function msOf(stamp: string): number {
  return Date.parse(`${stamp.replace(' ', 'T')}Z`);
}

/** The times that are told are taken when it is told, not in the thread that records: on a busy machine later. */
const toldLateMs = 400;

/** As long as it was under way, by the times that are told of it. */
function assertLength(ms: number, { started, ended }: Told, pauseMs = 0): void {
  assertNear(ms, msOf(ended.tm_end) - msOf(started.tm_start) - pauseMs, toldLateMs, 'its length');
  assert.equal(Math.round(ms), ended.duration);
}

function assertNear(ms: number, wanted: number, within: number, what: string): void {
  assert.ok(Math.abs(ms - wanted) <= within, `${what}: ${ms} ms, not ${wanted}`);
}

function firstTwo({ channels }: { readonly channels: readonly Int16Array[] }): [Int16Array, Int16Array] {
  const [left, right] = channels;
  assert.ok(left !== undefined && right !== undefined && channels.length === 2, 'two channels');
  return [left, right];
}

describe('a recording', { concurrency: 2 }, () => {
  scene('of either call of a talk has its own side left and the other right', async (stage) => {
    const talk = await startTalk(stage, { before: [{ type: 'answer' }, { type: 'recording_start' }] });
    const { server, caller, callee, callerId, calleeId } = talk;
    await hears(caller.sound, 'the callee', has([tones.callee], [tones.caller]));
    await hears(callee.sound, 'the caller', has([tones.caller], [tones.callee]));
    const { recording_id: byAction, recording_ids: all } = await server.api.call(callerId);
    assert.deepEqual(all, [byAction]);
    const byApi = await record(talk, calleeId);
    for (let n = 0; n < 6; n += 1) await hears(callee.sound, 'the caller', has([tones.caller]));
    const refused = await server.api.ask('POST', `/v1.0/calls/${calleeId}/recording_start`, {});
    assert.equal(refused.status, 409);
    assert.partialDeepStrictEqual(refused.body, { error: { reason: 'RECORDING_ALREADY_ACTIVE' } });
    await post(talk, calleeId, 'recording_stop');
    const ofCallee = await finished(talk, byApi);
    const { recording_id: now, recording_ids: kept } = await server.api.call(calleeId);
    assert.deepEqual([now, kept], [nilId, [byApi]]);
    await caller.hangUp();
    const ofCaller = await finished(talk, byAction);

    for (const [told, own, others] of [
      [ofCaller, tones.caller, tones.callee],
      [ofCallee, tones.callee, tones.caller],
    ] as const) {
      const file = await recordingFile(stage, server, told.ended.id);
      assert.equal(file.rate, 8000);
      assertLength(file.ms, told);
      const [left, right] = firstTwo(file);
      const apart = [separation(left, own, others), separation(right, others, own)];
      assert.ok(
        Math.min(...apart) >= 60,
        `sides are ${apart.map((db) => db.toFixed(1)).join(' and ')} dB apart`,
      );
    }
    const { recording_id: over, recording_ids: one } = await server.api.call(callerId);
    assert.deepEqual([over, one], [nilId, [byAction]]);
  });

  scene('leaves out the time in which it is paused', async (stage) => {
    const talk = await startTalk(stage);
    const { server, caller, callee, callerId } = talk;
    await hears(callee.sound, 'the caller', has([tones.caller]));
    caller.sound.hush();
    const id = await record(talk, callerId);
    await caller.sound.play(await tone('PCMU', tones.caller, 1.5));
    await hears(callee.sound, 'silence', has([], [tones.caller]));
    await post(talk, callerId, 'recording_pause');
    const pausedAt = performance.now();
    assert.equal((await server.api.get<Recording>(`/v1.0/recordings/${id}`)).paused, true);
    await caller.sound.play(await tone('PCMU', tones.other, 1.5));
    await hears(callee.sound, 'silence', has([], [tones.other]));
    await post(talk, callerId, 'recording_resume');
    const pauseMs = performance.now() - pausedAt;
    await caller.sound.play(await tone('PCMU', tones.caller, 1));
    await hears(callee.sound, 'silence', has([], [tones.caller]));
    await post(talk, callerId, 'recording_stop');
    const told = await finished(talk, id);
    await caller.hangUp();

    const file = await recordingFile(stage, server, id);
    const [left] = firstTwo(file);
    assertLength(file.ms, told, pauseMs);
    assertNear(loudMs(left, 0.02), 2500, 100, 'the tone that was said while it ran');
    assert.ok(shareAt(tones.other, left) < 1e-4, 'nothing of what was said meanwhile');
  });

  scene('ends by its key, after silence, at its length; a beep tells that it begins', async (stage) => {
    const talk = await startTalk(stage, {
      before: [{ type: 'answer' }, { type: 'recording_start', option: { end_of_key: '#' } }],
    });
    const { server, caller, callee, callerId } = talk;
    await hears(caller.sound, 'the callee', has([tones.callee]));
    const byKey = (await server.api.call(callerId)).recording_id;
    await caller.sound.press('5');
    await hears(caller.sound, 'the callee', has([tones.callee]));
    assert.equal((await server.api.call(callerId)).recording_id, byKey, 'another key does not end it');
    await caller.sound.press('#');
    assert.ok((await finished(talk, byKey)).ended.duration > 500);

    callee.sound.hush();
    const heardBefore = caller.sound.heard.entries.length;
    const byLength = await record(talk, callerId, { duration: 2, beep_start: true });
    await hears(caller.sound, 'no callee', has([], [tones.callee]));
    assert.equal((await finished(talk, byLength)).ended.duration, 2000);
    const beeping = await recordingFile(stage, server, byLength);
    assert.equal(beeping.ms, 2000);
    assert.ok(loudMs(firstTwo(beeping)[1], 0.05) > 100, 'it has the beep that the caller heard');
    assert.ok(caller.sound.heard.entries.length > heardBefore);

    await sings(callee, tones.callee);
    await hears(caller.sound, 'the callee', has([tones.callee]));
    caller.sound.hush();
    const bySilence = await record(talk, callerId, { end_of_silence: 1 });
    await hears(caller.sound, 'the callee', has([tones.callee]));
    await hears(caller.sound, 'the callee', has([tones.callee]));
    assert.equal((await server.api.call(callerId)).recording_id, bySilence, 'one side says something');
    callee.sound.hush();
    await finished(talk, bySilence);
    const file = await recordingFile(stage, server, bySilence);
    const [, right] = firstTwo(file);
    assertNear(file.ms - loudMs(right, 0.01), 1000, 120, 'the silence at its end');
    assert.deepEqual((await server.api.call(callerId)).recording_ids, [byKey, byLength, bySilence]);
    await caller.hangUp();
    await talk.receiver.wholeStory(callerId);
    assert.equal(talk.receiver.taken().filter(({ event }) => event.type === 'recording_finished').length, 3);
  });
});

describe('the recording of a conference', () => {
  scene('of five has what everybody says, on one channel', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    const { api } = server;
    const { id: room } = await api.post<Conference>('/v1.0/conferences', {
      type: 'conference',
      name: 'five',
    });
    const nobody = await api.ask('POST', `/v1.0/conferences/${room}/recording_start`, {});
    assert.partialDeepStrictEqual(nobody, { status: 409, body: { error: { reason: 'STATE_INVALID' } } });
    await server.number('1000', [{ type: 'conference_join', option: { conference_id: room } }]);
    const voices = [613, 1013, 1483, 1877, 2749];
    const calls = await Promise.all(
      voices.map(async () => (await stage.phone(server)).invite('1000', { codecs: ['PCMU'] })),
    );
    await Promise.all(calls.map((call) => call.answered()));
    await Promise.all(calls.map((call, n) => sings(call, voices[n] ?? 0)));
    const [first] = calls;
    assert.ok(first);
    await hears(first.sound, 'the four others', quietChorus(voices.slice(1)));
    const { recording_id: id } = await api.post<Conference>(`/v1.0/conferences/${room}/recording_start`, {});
    const { data: started } = await receiver.event('recording_started', (recording) => recording.id === id);
    assert.deepEqual([started.type, started.reference_id], ['conference', room]);
    for (let n = 0; n < 4; n += 1) await hears(first.sound, 'the four others', quietChorus(voices.slice(1)));
    await api.post<Conference>(`/v1.0/conferences/${room}/recording_stop`, {});
    const { data: ended } = await receiver.event('recording_finished', (recording) => recording.id === id);
    await until('no recording in the conference', async () => {
      const { recording_id: now } = await api.get<Conference>(`/v1.0/conferences/${room}`);
      return now === nilId ? true : undefined;
    });
    for (const call of calls) await call.hangUp();

    const { channels, ms } = await recordingFile(stage, server, id);
    assert.equal(channels.length, 1);
    assertLength(ms, { started, ended });
    const [mix = new Int16Array()] = channels;
    const levels = voices.map((hertz) => levelAt(hertz, mix.subarray(4000, 12_000)));
    assert.ok(
      Math.min(...levels) > -25,
      `levels of the five: ${levels.map((db) => db.toFixed(1)).join(', ')}`,
    );
    assert.ok(Math.max(...levels) - Math.min(...levels) < 6, 'nobody is much louder than another');
    const types = receiver.taken().map(({ event }) => event.type);
    assert.equal(types.filter((type) => type === 'recording_finished').length, 1);
  });
});

/** Several tones at once may be turned down together. */
function quietChorus(voices: readonly number[]) {
  return (samples: Int16Array): boolean => voices.every((hertz) => levelAt(hertz, samples) > -30);
}
