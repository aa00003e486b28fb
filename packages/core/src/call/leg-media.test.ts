import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CallStatistics } from '@parley/contract';
import { limits } from '../limits.ts';
import { Scenario } from '../scenario.node.ts';
import { cause } from './cause.ts';

const hello = [{ type: 'answer' }, { type: 'talk', option: { text: 'Hello.' } }];
const ended = { kind: 'callEnded', end: { cause: cause.normalClearing } } as const;

const statistics: CallStatistics = {
  packets_received: 50,
  packets_sent: 49,
  packets_lost: 1,
  packets_discarded: 0,
  jitter_ms: 0.5,
  remote_packets_lost: 0,
  round_trip_ms: 12,
};

function opening(): Scenario {
  const scenario = new Scenario();
  scenario.offer(hello);
  return scenario;
}

function isLive(scenario: Scenario): boolean {
  return scenario.centre.liveCall(scenario.callId) !== undefined;
}

describe('the media of a call', () => {
  it('answers it once, however often it is said to be open', () => {
    const scenario = opening();
    scenario.hear({ kind: 'mediaOpened' });
    scenario.hear({ kind: 'mediaOpened' });
    assert.equal(scenario.types().filter((type) => type === 'call_answered').length, 1);
    assert.deepEqual(scenario.kinds(), ['openMedia', 'answer', 'play']);
  });

  it('that is there from the start answers with the decision that makes the call', () => {
    const scenario = new Scenario();
    scenario.offer(hello, true);
    assert.equal(scenario.decisions.length, 1);
    assert.deepEqual(scenario.kinds(), ['answer', 'play']);
    assert.deepEqual(scenario.types(), [
      'activeflow_created',
      'call_created',
      'activeflow_updated',
      'call_answered',
      'activeflow_updated',
    ]);
    scenario.hear({ kind: 'mediaOpened' });
    assert.equal(scenario.types().length, 5);
  });

  it('that is there and not needed is let go of with the call', () => {
    const scenario = new Scenario();
    scenario.offer([{ type: 'block' }], true);
    assert.deepEqual(scenario.kinds(), ['ring']);
    scenario.hear(ended);
    assert.deepEqual(scenario.kinds(), ['ring', 'closeMedia']);
    scenario.hear({ kind: 'mediaClosed', statistics });
    assert.equal(isLive(scenario), false);
  });

  it('that nobody asked for answers nothing', () => {
    const scenario = new Scenario();
    scenario.offer([{ type: 'block' }]);
    scenario.hear({ kind: 'mediaOpened' });
    assert.ok(!scenario.types().includes('call_answered'));
  });

  it('that cannot be opened ends the call, and there is none to close', () => {
    const scenario = opening();
    scenario.hear({ kind: 'mediaFailed', problem: 'no port is free' });
    assert.deepEqual(scenario.reports(), ['no port is free']);
    assert.equal(scenario.lastEffect('hangup')?.cause, cause.networkOutOfOrder);
    scenario.hear(ended);
    assert.equal(scenario.lastEffect('closeMedia'), undefined);
    assert.ok(!isLive(scenario));
    const { hangup_by, hangup_reason } = scenario.last('call_hungup');
    assert.deepEqual([hangup_by, hangup_reason], ['local', 'normal']);
  });

  it('that does not open in time ends the call; it is closed, because it may have opened since', () => {
    const scenario = opening();
    scenario.pass(limits.openingMediaMs);
    assert.deepEqual(scenario.reports(), ['the media did not open in time']);
    scenario.hear({ kind: 'mediaOpened' });
    assert.ok(!scenario.types().includes('call_answered'));
    scenario.hear(ended);
    assert.equal(scenario.kinds().at(-1), 'closeMedia');
    scenario.hear({ kind: 'mediaClosed', statistics });
    assert.ok(!isLive(scenario));
  });

  it('that opens for a caller who is gone is closed again', () => {
    const scenario = opening();
    scenario.hear(ended);
    assert.equal(scenario.kinds().at(-1), 'closeMedia');
    scenario.hear({ kind: 'mediaOpened' });
    assert.ok(!scenario.types().includes('call_answered'));
    assert.ok(isLive(scenario));
    scenario.hear({ kind: 'mediaClosed', statistics });
    assert.ok(!isLive(scenario));
  });

  it('that opens after the API has hung up answers nothing', () => {
    const scenario = opening();
    scenario.hear({ kind: 'hangupRequested' });
    scenario.hear({ kind: 'mediaOpened' });
    assert.deepEqual(scenario.kinds(), ['openMedia', 'hangup']);
    scenario.hear(ended);
    assert.ok(!scenario.types().includes('call_answered'));
    assert.equal(scenario.last('call_hungup')['hangup_by'], 'local');
  });

  it('in which nothing comes from the peer any more ends the call', () => {
    const scenario = Scenario.answered(hello);
    scenario.hear({ kind: 'mediaSilent' });
    assert.deepEqual(scenario.kinds().slice(-3), ['report', 'stopPlay', 'hangup']);
    scenario.hear({ kind: 'mediaSilent' });
    assert.equal(scenario.reports().length, 1);
  });

  it('that breaks down, or closes by itself, ends the call, with one report', () => {
    for (const inputs of [
      [
        { kind: 'mediaFailed', problem: 'broken' },
        { kind: 'mediaClosed', statistics },
      ],
      [{ kind: 'mediaClosed', statistics }],
    ] as const) {
      const scenario = Scenario.answered(hello);
      for (const input of inputs) scenario.hear(input);
      assert.equal(scenario.reports().length, 1);
      assert.equal(scenario.kinds().filter((kind) => kind === 'hangup').length, 1);
      scenario.hear(ended);
      assert.equal(scenario.lastEffect('closeMedia'), undefined);
      assert.ok(!isLive(scenario));
    }
  });

  it('failing or silent where there is none changes nothing', () => {
    const scenario = new Scenario();
    scenario.offer([{ type: 'block' }]);
    const before = scenario.effects.length;
    scenario.hear({ kind: 'mediaSilent' });
    scenario.hear({ kind: 'mediaFailed', problem: 'late' });
    scenario.hear({ kind: 'mediaClosed', statistics });
    assert.equal(scenario.effects.length, before);
    assert.equal(scenario.types().at(-1), 'activeflow_updated');
  });

  it('leaves its figures on the row of the call, without an event', () => {
    const scenario = Scenario.answered(hello);
    scenario.hear(ended);
    const events = scenario.events.length;
    scenario.hear({ kind: 'mediaClosed', statistics });
    assert.equal(scenario.events.length, events);
    const put = scenario.puts.findLast(({ kind }) => kind === 'call');
    assert.deepEqual(put?.kind === 'call' ? put.row.statistics : undefined, statistics);
    assert.ok(!isLive(scenario));
    scenario.hear({ kind: 'mediaClosed', statistics });
    assert.equal(scenario.centre.size, 0);
  });

  it('of a call that is over is not told to stop what it plays: it is closing', () => {
    const scenario = Scenario.answered(hello);
    scenario.hear(ended);
    assert.deepEqual(scenario.kinds(), ['openMedia', 'answer', 'play', 'closeMedia']);
  });
});
