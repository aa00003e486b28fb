import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HangupReason } from '@parley/contract';
import { causeOfReason } from '../../call/cause.ts';
import { id, type PartialAction, Scenario } from '../../scenario.node.ts';

const ended = { kind: 'callEnded', end: { cause: 16 } } as const;

describe('hangup', () => {
  const reasons: readonly HangupReason[] = [
    '',
    'normal',
    'failed',
    'busy',
    'cancel',
    'timeout',
    'noanswer',
    'dialout',
    'amd',
  ];

  it('tells the peer the cause of its reason', () => {
    for (const reason of reasons) {
      const scenario = Scenario.answered([{ type: 'answer' }, { type: 'hangup', option: { reason } }]);
      assert.equal(scenario.lastEffect('hangup')?.cause, causeOfReason(reason), reason);
    }
    assert.equal(Scenario.answered([{ type: 'answer' }, { type: 'hangup' }]).lastEffect('hangup')?.cause, 16);
  });

  it('ends an answered call: first the call, when its leg is gone, then the activeflow', () => {
    const scenario = Scenario.answered([{ type: 'answer' }, { type: 'hangup' }, { type: 'beep' }]);
    assert.deepEqual(scenario.path(), ['answer', 'hangup']);
    scenario.hear(ended);
    assert.deepEqual(scenario.types().slice(-2), ['call_hungup', 'activeflow_deleted']);
    assert.equal(scenario.last('call_hungup')['hangup_by'], 'local');
    assert.match(JSON.stringify(scenario.last('call_hungup')['action']), /"type":"hangup"/);
  });

  it('refuses a call that nobody has answered', () => {
    const scenario = new Scenario();
    scenario.offer([{ type: 'hangup', option: { reason: 'busy' } }]);
    assert.deepEqual(scenario.kinds(), ['hangup']);
    assert.equal(scenario.lastEffect('hangup')?.cause, 17);
    scenario.hear({ kind: 'callEnded', end: { cause: 17 } });
    const { hangup_by, hangup_reason } = scenario.last('call_hungup');
    assert.deepEqual([hangup_by, hangup_reason], ['local', 'normal']);
  });
});

describe('stop', () => {
  it('ends the activeflow and leaves the call alone', () => {
    const scenario = Scenario.answered([{ type: 'answer' }, { type: 'stop' }]);
    assert.equal(scenario.types().at(-1), 'activeflow_deleted');
    assert.ok(!scenario.kinds().includes('hangup'));
    scenario.press('1');
    scenario.hear(ended);
    assert.equal(scenario.types().at(-1), 'call_hungup');
    assert.equal(scenario.types().filter((type) => type === 'activeflow_deleted').length, 1);
  });

  it('in a nested list ends all of them', () => {
    const scenario = Scenario.answered([
      { type: 'fetch_flow', option: { flow_id: id(7) } },
      { type: 'block' },
    ]);
    scenario.flowLoads([{ type: 'stop' }]);
    assert.equal(scenario.types().at(-1), 'activeflow_deleted');
    assert.ok(!scenario.kinds().includes('hangup'));
  });

  it('lets a call ring that nobody has answered, until the caller gives up', () => {
    const scenario = new Scenario();
    scenario.offer([{ type: 'stop' }]);
    assert.deepEqual(scenario.kinds(), ['ring']);
    assert.ok(scenario.centre.wakeAt() !== undefined);
    scenario.hear(ended);
    assert.equal(scenario.last('call_hungup')['hangup_by'], 'remote');
  });
});

describe('block', () => {
  const block: PartialAction = { type: 'block', id: id(66) };

  it('rests until it is resumed with its own id', () => {
    const scenario = Scenario.answered([{ type: 'answer' }, block, { type: 'beep' }]);
    scenario.hear({ kind: 'resumeRequested', actionId: id(65) });
    scenario.press('1');
    scenario.pass(3_600_000);
    assert.deepEqual(scenario.path(), ['answer', 'block']);
    scenario.hear({ kind: 'resumeRequested', actionId: id(66) });
    assert.deepEqual(scenario.path(), ['answer', 'block', 'beep']);
    scenario.hear({ kind: 'resumeRequested', actionId: id(66) });
    assert.deepEqual(scenario.path(), ['answer', 'block', 'beep']);
  });

  it('rests while the call rings, too', () => {
    const scenario = new Scenario();
    scenario.offer([block, { type: 'beep' }]);
    assert.deepEqual(scenario.kinds(), ['ring']);
    scenario.hear({ kind: 'resumeRequested', actionId: id(66) });
    assert.deepEqual(scenario.kinds(), ['ring', 'openMedia']);
  });
});
