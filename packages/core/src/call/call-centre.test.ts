import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { notYet } from '@parley/contract';
import { id, Scenario } from '../scenario.node.ts';
import { cause } from './cause.ts';

const hello = [{ type: 'answer' }, { type: 'talk', option: { text: 'Hello.', language: 'en-US' } }];

describe('an incoming call', () => {
  it('that is answered, spoken to and hung up by the caller has the seven events of the contract, in order', () => {
    const scenario = Scenario.answered(hello);
    scenario.hear({ kind: 'callEnded', end: { cause: cause.normalClearing } });
    assert.deepEqual(scenario.types(), [
      'activeflow_created',
      'call_created',
      'activeflow_updated',
      'call_answered',
      'activeflow_updated',
      'call_hungup',
      'activeflow_deleted',
    ]);
    assert.deepEqual(scenario.path(), ['answer', 'talk']);
    const { status, hangup_by, hangup_reason, tm_hangup, tm_update } = scenario.last('call_hungup');
    assert.deepEqual([status, hangup_by, hangup_reason], ['hangup', 'remote', 'normal']);
    assert.equal(tm_hangup, tm_update);
  });

  it('is created ringing, with nothing yet having happened to it', () => {
    const scenario = new Scenario();
    scenario.offer(hello);
    const created = scenario.last('call_created');
    assert.equal(created['status'], 'ringing');
    assert.deepEqual(created['action'], {
      id: '00000000-0000-0000-0000-000000000001',
      next_id: '00000000-0000-0000-0000-000000000000',
      type: '',
    });
    for (const key of ['tm_update', 'tm_ringing', 'tm_progressing', 'tm_hangup'])
      assert.equal(created[key], notYet);
  });

  it('is not answered before its media is open', () => {
    const scenario = new Scenario();
    scenario.offer(hello);
    assert.deepEqual(
      scenario.effects.map((effect) => effect.kind),
      ['openMedia'],
    );
    assert.ok(!scenario.types().includes('call_answered'));
    scenario.hear({ kind: 'mediaOpened' });
    assert.deepEqual(
      scenario.effects.map((effect) => effect.kind),
      ['openMedia', 'answer', 'play'],
    );
  });

  it('rings while its flow does something that needs no answer', () => {
    const scenario = new Scenario();
    scenario.offer([{ type: 'sleep', option: { duration: 3000 } }, ...hello]);
    assert.deepEqual(
      scenario.effects.map((effect) => effect.kind),
      ['ring'],
    );
    scenario.pass(3000);
    assert.equal(scenario.effects.at(-1)?.kind, 'openMedia');
  });

  it('is answered by talk itself when the flow has no answer', () => {
    const scenario = Scenario.answered([{ type: 'talk', option: { text: 'Hello.' } }]);
    assert.deepEqual(scenario.types().slice(2), ['activeflow_updated', 'call_answered']);
    assert.equal(scenario.effects.at(-1)?.kind, 'play');
  });

  it('is ended by us when the flow runs out: first the activeflow, then, when the leg is gone, the call', () => {
    const scenario = Scenario.answered(hello);
    scenario.playEnds();
    assert.equal(scenario.types().at(-1), 'activeflow_deleted');
    assert.equal(scenario.effects.at(-1)?.kind, 'hangup');
    scenario.hear({ kind: 'callEnded', end: { cause: cause.normalClearing } });
    assert.equal(scenario.types().at(-1), 'call_hungup');
    assert.equal(scenario.last('call_hungup')['hangup_by'], 'local');
    assert.equal(scenario.types().filter((type) => type === 'activeflow_deleted').length, 1);
  });

  it('whose caller gives up before the answer ended remotely and normally', () => {
    const scenario = new Scenario();
    scenario.offer([{ type: 'sleep', option: { duration: 3000 } }, ...hello]);
    scenario.hear({ kind: 'callEnded', end: { cause: cause.normalClearing } });
    const { hangup_by, hangup_reason } = scenario.last('call_hungup');
    assert.deepEqual([hangup_by, hangup_reason], ['remote', 'normal']);
    assert.equal(scenario.centre.size, 0);
  });

  it('to a number without a usable flow is created and ended by us, without an activeflow', () => {
    const scenario = new Scenario();
    scenario.offer(undefined);
    assert.deepEqual(scenario.types(), ['call_created']);
    assert.equal(scenario.lastEffect('hangup')?.cause, cause.noAnswer);
    scenario.hear({ kind: 'callEnded', end: { cause: cause.noAnswer } });
    assert.deepEqual(scenario.types(), ['call_created', 'call_hungup']);
    assert.equal(scenario.last('call_hungup')['hangup_by'], 'local');
  });

  it('tells all of it in its own lane, for its customer, at the time of the decision', () => {
    const scenario = Scenario.answered(hello);
    scenario.playEnds();
    scenario.hear({ kind: 'callEnded', end: { cause: cause.normalClearing } });
    for (const { at, events } of scenario.decisions) {
      for (const event of events) {
        assert.deepEqual([event.lane, event.customerId, event.at], [scenario.callId, id(9001), at.wall]);
        assert.equal(event.resourceId, JSON.parse(event.body).data.id);
      }
    }
    const ids = scenario.decisions.flatMap(({ events }) => events.map((event) => event.id));
    assert.equal(new Set(ids).size, 7);
  });

  it('puts the rows that its events show', () => {
    const scenario = Scenario.answered(hello);
    scenario.playEnds();
    scenario.hear({ kind: 'callEnded', end: { cause: cause.normalClearing } });
    const row = (kind: 'call' | 'activeflow') => scenario.puts.findLast((put) => put.kind === kind)?.row;
    assert.deepEqual(row('call'), scenario.last('call_hungup'));
    assert.deepEqual(row('activeflow'), scenario.last('activeflow_deleted'));
  });

  it('ignores inputs about calls that are not there', () => {
    const scenario = new Scenario();
    scenario.hear({ kind: 'digit', digit: '1' });
    assert.deepEqual(scenario.types(), []);
  });
});
