import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Activeflow, type Instant, nilId, notYet, type Recording } from '@parley/contract';
import { closeOrphans, type Orphans } from '../call/recovery.ts';
import type { Monotonic } from '../ports/moment.ts';
import { countingChance, flowOf, id, noOrphans, type PartialAction } from '../scenario.node.ts';
import { address, Switchroom } from '../switchroom.node.ts';
import type { OnEndFlow } from './on-end.ts';

const flowId = id(4242);
const start = { type: 'recording_start', option: { on_end_flow_id: flowId } };
const block = { type: 'block' };
const tell = {
  type: 'webhook_send',
  option: { uri: 'http://127.0.0.1:1/', data: 'of ${parley.recording.id}' },
};

/** A call that was recorded, and is over; its recording has just ended. */
function ended(): { room: Switchroom; recordingId: string } {
  const room = Switchroom.withCaller([start, block]);
  const recordingId = room.call(room.callId).recording_id;
  room.ends(room.callId);
  endRecording(room, recordingId);
  return { room, recordingId };
}

function endRecording(room: Switchroom, recordingId: string): void {
  room.take(({ centre, at }) => ({ decision: centre.recordingEnded(recordingId, 1500, at) }));
}

/** The flow that was asked for last is there, with these actions; or is not. */
function loads(room: Switchroom, actions: readonly PartialAction[] | undefined): void {
  const asked = room.lastEffect('loadFlow');
  assert.ok(asked, 'no flow was asked for');
  const flow = actions === undefined ? undefined : flowOf(actions);
  room.hearOf(asked.callId, { kind: 'flowLoaded', request: asked.request, flow });
  room.settle();
}

/** The row of the activeflow that follows the recording, as it is now. */
function following(room: Switchroom): Activeflow | undefined {
  const rows = room.puts.flatMap((put) => (put.kind === 'activeflow' ? [put.row] : []));
  return rows.findLast(({ reference_type: type }) => type === 'recording');
}

function requests(room: Switchroom): readonly string[] {
  return room.effects.flatMap((effect) => (effect.kind === 'request' ? [effect.body] : []));
}

/** Nothing but the activeflow is told or written down of it. */
function assertNoCall(room: Switchroom): void {
  assert.deepEqual(
    room.calls().filter(({ id: callId }) => callId === following(room)?.id),
    [],
  );
  const about = room.events.filter(
    ({ type, data }) => type.startsWith('call_') && data['id'] === following(room)?.id,
  );
  assert.deepEqual(about, []);
}

describe('the flow that follows the end of a recording', () => {
  it('is begun with the end, runs without the call, and is over', () => {
    const { room, recordingId } = ended();
    assert.equal(room.types().at(-2), 'activeflow_created');
    assert.partialDeepStrictEqual(following(room), {
      flow_id: flowId,
      reference_type: 'recording',
      reference_id: recordingId,
      tm_delete: notYet,
    });
    assert.equal(room.lastEffect('loadFlow')?.flowId, flowId);
    loads(room, [tell]);
    assert.deepEqual(requests(room), [`of ${recordingId}`]);
    assert.equal(room.types().at(-1), 'activeflow_deleted');
    assert.notEqual(following(room)?.tm_delete, notYet);
    assertNoCall(room);
    assert.equal(room.centre.size, 0);
    assert.equal(room.centre.wakeAt(), undefined);
  });

  it('follows once, and not at all when none was named', () => {
    const { room, recordingId } = ended();
    endRecording(room, recordingId);
    assert.equal(room.kinds().filter((kind) => kind === 'loadFlow').length, 1);
    const without = Switchroom.withCaller([{ type: 'recording_start' }, block]);
    endRecording(without, without.call(without.callId).recording_id);
    assert.equal(without.lastEffect('loadFlow'), undefined);
  });

  it('follows the recording of a conference too', () => {
    const room = new Switchroom();
    const { conference } = room.createConference({});
    room.offer([{ type: 'conference_join', option: { conference_id: conference.id } }], true);
    room.settle();
    const wanted = {
      endOfSilenceMs: 0,
      endKey: 'none',
      durationMs: 0,
      beepStart: false,
      onEndFlowId: flowId,
    } as const;
    room.take(({ centre, at }) => centre.recordConference(conference.id, wanted, at));
    const { recording_id: recordingId } = room.centre.liveConference(conference.id)?.row ?? conference;
    endRecording(room, recordingId);
    loads(room, [{ ...tell, option: { ...tell.option, data: '${parley.recording.reference_id}' } }]);
    assert.deepEqual(requests(room), [conference.id]);
  });

  it('knows the call that was recorded', () => {
    const { room } = ended();
    const data = '${parley.call.id} ${parley.call.source.target} ${parley.recording.duration}';
    loads(room, [{ ...tell, option: { ...tell.option, data } }]);
    assert.deepEqual(requests(room), [`${room.callId} +821100000002 1500`]);
  });

  it('leaves out what needs a call, waits, and ends with what would hang up', () => {
    const { room } = ended();
    loads(room, [
      { type: 'talk', option: { text: 'Hello.' } },
      { type: 'sleep', option: { duration: 3000 } },
      tell,
      { type: 'hangup' },
    ]);
    assert.match(room.reports().at(-1) ?? '', /talk was skipped: there is no call/);
    assert.deepEqual(requests(room), []);
    room.pass(3000);
    assert.equal(requests(room).length, 1);
    assert.equal(room.centre.size, 0);
    assertNoCall(room);
  });

  it('is ended by what cannot be without a call, by stop, by a client, and when it takes too long', () => {
    const ends: readonly ((room: Switchroom) => void)[] = [
      (room) => loads(room, [{ type: 'connect', option: { destinations: [address('+4930')] } }, tell]),
      (room) => loads(room, [{ type: 'stop' }]),
      (room) => loads(room, undefined),
      (room) => {
        loads(room, [{ type: 'sleep', option: { duration: 80_000_000 } }, tell]);
        const live = room.centre.callOfActiveflow(following(room)?.id ?? '') ?? '';
        room.hearOf(live, { kind: 'stopRequested' });
      },
      (room) => {
        loads(room, [{ type: 'sleep', option: { duration: 80_000_000 } }, tell]);
        room.pass(5 * 3_600_000);
      },
      (room) => {
        for (const callId of room.centre.callIds()) room.hearOf(callId, { kind: 'hangupRequested' });
      },
    ];
    for (const [nth, end] of ends.entries()) {
      const { room } = ended();
      end(room);
      assert.notEqual(following(room)?.tm_delete, notYet, `way ${nth}`);
      assert.equal(room.types().filter((type) => type === 'activeflow_deleted').length, 2, `way ${nth}`);
      assert.deepEqual([requests(room), room.centre.size], [[], 0], `way ${nth}`);
      assert.ok(!room.kinds().includes('dial'));
      assertNoCall(room);
    }
  });

  it('makes calls of their own, that live on', () => {
    const { room } = ended();
    const option = { destinations: [address('+4930')], actions: [block], chained: true };
    loads(room, [{ type: 'call', option }]);
    assert.equal(room.centre.size, 1, 'it is over, the call is not');
    assert.equal(room.outgoing(0).master_call_id, nilId);
    assert.equal(room.outgoing(0).source.target, '+821100000002');
    room.answers(0);
    assert.equal(room.outgoing(0).status, 'progressing');
  });

  it('does not follow itself for ever', () => {
    const { room } = ended();
    const again = { destinations: [address('+4930')], actions: [start, block] };
    for (let nth = 0; nth < 5; nth += 1) {
      loads(room, [{ type: 'call', option: again }]);
      room.answers(nth);
      const { recording_id: recordingId, id: callId } = room.outgoing(nth);
      assert.notEqual(recordingId, nilId);
      room.ends(callId);
      endRecording(room, recordingId);
    }
    assert.match(room.reports().at(-1) ?? '', /5 such flows have followed each other/);
    assert.equal(room.kinds().filter((kind) => kind === 'loadFlow').length, 5);
    assert.equal(room.centre.size, 0);
  });

  it('does not follow when there is no room for one more', () => {
    const room = new Switchroom({ maxCallsPerCustomer: 1 });
    room.offer([{ type: 'answer' }, start, block], true);
    room.settle();
    endRecording(room, room.call(room.callId).recording_id);
    assert.match(
      room.reports().at(-1) ?? '',
      /does not follow recording .*: its customer has too many calls/,
    );
    assert.equal(following(room), undefined);
  });
});

describe('the flow that follows a recording, when the process dies', () => {
  const later = { mono: 5 as Monotonic, wall: 1_700_000_000_000_000 as Instant };

  function recover(orphans: Partial<Orphans>) {
    const { decision, onEnd } = closeOrphans({ ...noOrphans, ...orphans }, later, countingChance());
    return { types: decision.events.map(({ type }) => type), onEnd, puts: decision.puts };
  }

  /** The next process begins it. */
  function begin(flow: OnEndFlow | undefined): Switchroom {
    const room = new Switchroom();
    assert.ok(flow);
    room.take(({ centre, at }) => ({ decision: centre.beginOnEnd(flow, at) }));
    room.settle();
    return room;
  }

  function recordingOf(room: Switchroom): Recording {
    const put = room.puts.findLast(({ kind }) => kind === 'recording');
    assert.ok(put?.kind === 'recording');
    return put.row;
  }

  it('is begun by the next one, if nothing of it had been run', () => {
    const { room } = ended();
    const [activeflow, recording] = [following(room), recordingOf(room)];
    assert.ok(activeflow);
    const found = recover({ activeflows: [activeflow], endedRecordings: [recording], masters: room.calls() });
    assert.deepEqual(found.types, []);
    const next = begin(found.onEnd[0]);
    loads(next, [{ ...tell, option: { ...tell.option, data: '${parley.call.source.target}' } }]);
    assert.deepEqual(requests(next), ['+821100000002']);
    assert.equal(following(next)?.id, activeflow.id);
    assert.equal(next.centre.size, 0);
  });

  it('ends, if it had begun: nothing is done twice', () => {
    const { room } = ended();
    loads(room, [tell, { type: 'sleep', option: { duration: 1000 } }]);
    const [activeflow, recording] = [following(room), recordingOf(room)];
    assert.ok(activeflow);
    const { types, onEnd } = recover({ activeflows: [activeflow], endedRecordings: [recording] });
    assert.deepEqual(types, ['activeflow_deleted']);
    assert.deepEqual(onEnd, []);
  });

  it('follows a recording that ends with the process', () => {
    const room = Switchroom.withCaller([start, block]);
    const found = recover({ recordings: [recordingOf(room)], calls: room.calls() });
    assert.deepEqual(found.types, ['recording_finished', 'call_hungup', 'activeflow_created']);
    const next = begin(found.onEnd[0]);
    loads(next, [tell]);
    assert.deepEqual(requests(next), [`of ${recordingOf(room).id}`]);
  });
});
