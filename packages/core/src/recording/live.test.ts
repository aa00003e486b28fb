import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nilId } from '@parley/contract';
import { limits } from '../limits.ts';
import { Switchroom } from '../switchroom.node.ts';
import type { RecordingWanted } from './live-recording.ts';

const plain: RecordingWanted = {
  endOfSilenceMs: 0,
  endKey: 'none',
  durationMs: 0,
  beepStart: false,
  onEndFlowId: nilId,
};
const block = { type: 'block' };

function recorded(option: Record<string, unknown> = {}): { room: Switchroom; id: string } {
  const room = Switchroom.withCaller([{ type: 'recording_start', option }, block]);
  return { room, id: room.call(room.callId).recording_id };
}

function starts(room: Switchroom, id: string, recordedMs = 0): void {
  room.take(({ centre, at }) => ({ decision: centre.recordingStarted(id, recordedMs, at) }));
}

function ends(room: Switchroom, id: string, durationMs = 1000): void {
  room.take(({ centre, at }) => ({ decision: centre.recordingEnded(id, durationMs, at) }));
}

describe('a recording of a call', () => {
  it('begins, is told when its file is written, and when that is complete', () => {
    const { room, id } = recorded();
    assert.equal(room.path().at(-1), 'block', 'the flow goes on');
    assert.partialDeepStrictEqual(room.lastEffect('startRecording'), {
      recordingId: id,
      callId: room.callId,
    });
    assert.equal(room.types().includes('recording_started'), false);
    starts(room, id);
    assert.equal(room.last('recording_started')['status'], 'recording');
    ends(room, id, 1234.4);
    const row = room.last('recording_finished');
    assert.deepEqual([row['status'], row['duration'], row['reference_id']], ['ended', 1234, room.callId]);
    const call = room.call(room.callId);
    assert.deepEqual([call.recording_id, call.recording_ids], [nilId, [id]]);
  });

  it('has started when its sound begins, however late the file of that is there', () => {
    const { room, id } = recorded();
    room.pass(2000);
    starts(room, id, 1500);
    const { tm_start: start, tm_update: told } = room.last('recording_started');
    const at = (stamp: unknown): number => Date.parse(`${String(stamp).replace(' ', 'T')}Z`);
    assert.equal(at(told) - at(start), 1500);
  });

  it('takes seconds, keys and the beep from its action', () => {
    const { room } = recorded({ duration: 20, end_of_silence: 3, end_of_key: '#', beep_start: true });
    assert.partialDeepStrictEqual(room.lastEffect('startRecording'), {
      maxMs: 20_000,
      endOfSilenceMs: 3_000,
    });
    assert.deepEqual(room.lastEffect('play')?.sources, [{ kind: 'beep' }]);
    room.press('1');
    assert.equal(room.lastEffect('stopRecording'), undefined);
    room.press('#');
    assert.ok(room.lastEffect('stopRecording'));
  });

  it('is ended by any key when that is asked for, and is asked to end once', () => {
    const { room } = recorded({ end_of_key: 'any' });
    room.press('12');
    assert.equal(room.kinds().filter((kind) => kind === 'stopRecording').length, 1);
  });

  it('is ended by the action, and another may begin after it', () => {
    const room = Switchroom.withCaller([
      { type: 'recording_start' },
      { type: 'recording_stop' },
      { type: 'recording_start' },
      block,
    ]);
    assert.match(
      room.reports()[0] ?? '',
      /recorded already/,
      'until the file is complete it is one recording',
    );
    const id = room.call(room.callId).recording_id;
    ends(room, id);
    room.hear({ kind: 'recordingRequested', wanted: plain });
    assert.equal(room.call(room.callId).recording_ids.length, 2);
  });

  it('ends with the call, and exactly once', () => {
    const { room, id } = recorded();
    starts(room, id);
    room.ends(room.callId);
    assert.equal(room.call(room.callId).recording_id, nilId);
    assert.equal(room.last('call_hungup')['recording_id'], nilId);
    assert.equal(room.centre.liveRecording(id)?.row.status, 'recording');
    ends(room, id);
    ends(room, id);
    assert.equal(room.types().filter((type) => type === 'recording_finished').length, 1);
    assert.equal(room.centre.liveRecording(id), undefined);
  });

  it('is over after a while even when its end is not reported', () => {
    const { room, id } = recorded();
    room.ends(room.callId);
    room.pass(limits.endingRecordingMs);
    assert.equal(room.last('recording_finished')['id'], id);
    assert.equal(room.centre.wakeAt(), undefined);
  });

  it('pauses and goes on', () => {
    const { room, id } = recorded();
    for (const paused of [true, true, false])
      room.take(({ centre, at }) => ({ decision: centre.pauseRecording(id, paused, at) }));
    const told = room.effects.flatMap((effect) => (effect.kind === 'pauseRecording' ? [effect.paused] : []));
    assert.deepEqual(told, [true, false]);
  });
});

describe('a recording of a conference', () => {
  it('records the room it meets in, and is on the conference', () => {
    const room = new Switchroom();
    const { conference } = room.createConference({});
    const record = () => room.take(({ centre, at }) => centre.recordConference(conference.id, plain, at));
    assert.equal(record().problem, 'nobody is in the conference');
    room.offer([{ type: 'conference_join', option: { conference_id: conference.id } }], true);
    room.settle();
    assert.equal(record().problem, undefined);
    assert.match(record().problem ?? '', /already/);
    const { roomId, recordingId } = room.lastEffect('startRecording') ?? {};
    assert.equal(roomId, room.centre.liveConference(conference.id)?.row.confbridge_id);
    assert.equal(room.centre.liveConference(conference.id)?.row.recording_id, recordingId);
    ends(room, recordingId ?? '');
    assert.equal(room.centre.liveConference(conference.id)?.row.recording_id, nilId);
    assert.equal(room.last('recording_finished')['type'], 'conference');
  });
});
