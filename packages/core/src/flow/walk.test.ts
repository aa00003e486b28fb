import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Action, finishActionId, nilId } from '@parley/contract';
import { limits } from '../limits.ts';
import { id, type PartialAction, Scenario } from '../scenario.node.ts';
import { next, stay } from './action-type.ts';
import { checkFlow } from './check.ts';

const block: PartialAction = { type: 'block' };
const talk = (text: string): PartialAction => ({ type: 'talk', option: { text } });
const set = (key: string, value: string): PartialAction => ({ type: 'variable_set', option: { key, value } });

function listed(scenario: Scenario): Action[] {
  return scenario.last('activeflow_updated')['actions'] as Action[];
}

describe('a step', () => {
  it('shows its action on activeflow and call, as it runs: filled in, and on the call with its time', () => {
    const scenario = Scenario.answered([{ type: 'answer' }, talk('You are ${parley.call.source.target}.')]);
    scenario.hear({ kind: 'callEnded', end: { cause: 16 } });
    const { current_action: current, tm_update: updated } = scenario.last('activeflow_updated');
    const spoken = { id: id(101), next_id: nilId, type: 'talk', option: { text: 'You are +821100000002.' } };
    assert.deepEqual(current, spoken);
    assert.deepEqual(scenario.last('call_hungup')['action'], {
      ...spoken,
      tm_execute: `${String(updated)}000`,
    });
  });

  it('leaves the list as it was written, for the next pass', () => {
    const scenario = Scenario.answered([{ type: 'answer' }, talk('${parley.call.source.target}')]);
    assert.equal(listed(scenario)[1]?.option?.['text'], '${parley.call.source.target}');
  });

  it('fills in variables as they are when it begins', () => {
    const loop: PartialAction = { ...talk('${n}'), id: id(5) };
    const scenario = Scenario.answered([
      set('n', '1'),
      loop,
      set('n', '${n}1'),
      { type: 'goto', option: { target_id: id(5), loop_count: 1 } },
      block,
    ]);
    const texts = [1, 2].map(() => {
      const text = scenario.current().option?.['text'];
      scenario.playEnds();
      return text;
    });
    assert.deepEqual(texts, ['1', '11']);
  });

  it('fills in what it says before the call is answered, when it has to be answered first', () => {
    const scenario = new Scenario();
    scenario.offer([talk('${n}'), block]);
    scenario.press('1');
    scenario.hear({ kind: 'mediaOpened' });
    assert.deepEqual(scenario.path(), ['talk', 'block']);
    assert.deepEqual(scenario.reports(), ['talk was skipped: option.text must not be empty']);
  });

  it('goes along next_id before the order of the list, and ends at the finish', () => {
    const scenario = Scenario.answered([
      { type: 'answer', next_id: id(88) },
      talk('skipped'),
      { ...talk('reached'), id: id(88), next_id: finishActionId },
      talk('never'),
    ]);
    assert.equal(scenario.current().id, id(88));
    scenario.playEnds();
    assert.equal(scenario.types().at(-1), 'activeflow_deleted');
  });

  it('clears where it was to go', () => {
    const scenario = Scenario.answered([
      { type: 'goto', option: { target_id: id(5), loop_count: 1 } },
      { ...block, id: id(5) },
    ]);
    for (const { data } of scenario.events.filter(({ type }) => type.startsWith('activeflow')))
      assert.equal(data['forward_action_id'], nilId);
  });

  it('is told by exactly one event, and by none on the call', () => {
    const scenario = Scenario.answered([{ type: 'answer' }, set('a', '1'), { type: 'branch' }, block]);
    assert.deepEqual(scenario.types(), [
      'activeflow_created',
      'call_created',
      'activeflow_updated',
      'call_answered',
      'activeflow_updated',
      'activeflow_updated',
      'activeflow_updated',
    ]);
    const row = scenario.centre.liveCall(scenario.callId)?.call;
    assert.equal(row?.action.type, 'block');
  });
});

describe('the end of a flow', () => {
  it('is the end of its list: the activeflow is deleted, then the call is ended', () => {
    const scenario = Scenario.answered([{ type: 'answer' }]);
    assert.equal(scenario.types().at(-1), 'activeflow_deleted');
    assert.equal(scenario.kinds().at(-1), 'hangup');
    const { tm_delete, tm_update } = scenario.last('activeflow_deleted');
    assert.equal(tm_delete, tm_update);
    scenario.hear({ kind: 'callEnded', end: { cause: 16 } });
    assert.equal(scenario.types().filter((type) => type === 'activeflow_deleted').length, 1);
  });

  it('comes at once when it has no actions', () => {
    const scenario = new Scenario();
    scenario.offer([]);
    assert.deepEqual(scenario.types(), ['activeflow_created', 'call_created', 'activeflow_deleted']);
    assert.deepEqual(scenario.kinds(), ['hangup']);
  });

  it('comes without a word when it has come to it, and with a report when it was brought about', () => {
    assert.deepEqual(Scenario.answered([{ type: 'answer' }]).reports(), []);
    const scenario = Scenario.answered([{ type: 'agent_call' }, block]);
    assert.deepEqual(scenario.reports(), ['the activeflow was ended: there is no action type agent_call']);
    assert.equal(scenario.types().at(-1), 'activeflow_deleted');
  });

  it('comes when a stored flow leads to where nothing is any more', () => {
    const scenario = Scenario.answered([
      { type: 'goto', option: { target_id: id(99), loop_count: 1 } },
      block,
    ]);
    assert.deepEqual(scenario.reports(), [`the activeflow was ended: there is no action ${id(99)} to go to`]);
  });
});

describe('an action that fails', () => {
  it('is skipped when it is work on the call', () => {
    const scenario = Scenario.answered([talk('a'), { type: 'beep' }, block]);
    scenario.playEnds('no voice');
    scenario.playEnds();
    assert.deepEqual(scenario.path(), ['talk', 'beep', 'block']);
    assert.deepEqual(scenario.reports(), ['talk was skipped: no voice']);
  });

  it('ends the activeflow, and the call, when it is one of the flow', () => {
    const scenario = Scenario.answered([set('${nothing}', 'x'), talk('never')]);
    assert.equal(scenario.types().at(-1), 'activeflow_deleted');
    assert.equal(scenario.kinds().at(-1), 'hangup');
    assert.match(scenario.reports().join(), /^the activeflow was ended: variable_set: option\.key/);
  });

  it('as the last one ends the flow', () => {
    const scenario = Scenario.answered([talk('a')]);
    scenario.playEnds('no voice');
    assert.equal(scenario.types().at(-1), 'activeflow_deleted');
  });
});

describe('a rest', () => {
  it('on a sound breaks the sound off when its action is left before the end', () => {
    const scenario = Scenario.answered([{ type: 'beep' }, block]);
    const walk = scenario.centre.liveCall(scenario.callId)?.walk;
    assert.ok(walk?.current !== undefined);
    walk.current = { ...walk.current, type: { ...walk.current.type, resume: () => next } };
    scenario.press('1');
    assert.deepEqual(scenario.path(), ['beep', 'block']);
    assert.equal(scenario.kinds().at(-1), 'stopPlay');
  });

  it('whose time an action lets pass goes on without one', () => {
    const scenario = Scenario.answered([{ type: 'sleep', option: { duration: 10 } }, block]);
    const walk = scenario.centre.liveCall(scenario.callId)?.walk;
    assert.ok(walk?.current !== undefined);
    walk.current = { ...walk.current, type: { ...walk.current.type, resume: () => stay } };
    scenario.pass(1000);
    assert.equal(scenario.current().type, 'sleep');
    assert.equal(walk.resting?.deadline, undefined);
  });
});

describe('the limits of a flow', () => {
  it('let a hundred actions in a row take no time, and not one more', () => {
    const row = (count: number): Scenario =>
      Scenario.answered([{ type: 'answer' }, ...Array.from({ length: count }, () => set('a', '1')), block]);
    assert.equal(row(limits.stepsWithoutRest - 2).current().type, 'block');
    const tooMany = row(limits.stepsWithoutRest);
    assert.deepEqual(tooMany.reports(), ['the activeflow was ended: the flow loops: too many steps']);
    assert.equal(tooMany.types().at(-1), 'activeflow_deleted');
  });

  it('count anew after each rest', () => {
    const sixty = Array.from({ length: 60 }, () => set('a', '1'));
    const scenario = Scenario.answered([
      ...sixty,
      { type: 'sleep', option: { duration: 1 } },
      ...sixty,
      block,
    ]);
    scenario.pass(1);
    assert.equal(scenario.current().type, 'block');
  });

  it('end a loop that rests in name only', () => {
    const again: PartialAction = {
      type: 'digits_receive',
      option: { duration: 1000, key: '1' },
      id: id(5),
      next_id: id(5),
    };
    const scenario = Scenario.answered([again]);
    scenario.press('1');
    assert.match(scenario.reports().join(), /too many steps/);
    assert.equal(scenario.types().at(-1), 'activeflow_deleted');
  });

  it('end a flow that has taken ten thousand steps', () => {
    const again: PartialAction = { type: 'sleep', option: { duration: 1 }, id: id(5), next_id: id(5) };
    const scenario = new Scenario();
    scenario.offer([again]);
    scenario.pass(limits.stepsPerActiveflow + 10);
    assert.equal(scenario.path().length, limits.stepsPerActiveflow);
    assert.match(scenario.reports().join(), /too many steps/);
  });

  it('end a flow that nests itself without end', () => {
    const again: PartialAction[] = [{ type: 'fetch_flow', option: { flow_id: id(9002) } }];
    const scenario = Scenario.answered(again);
    for (let depth = 0; depth <= limits.nesting; depth += 1) scenario.flowLoads(again);
    assert.match(scenario.reports().join(), /flows are nested more than 100 deep/);
    assert.equal(scenario.types().at(-1), 'activeflow_deleted');
  });

  it('keep every event within 256 KiB, whatever a flow fills in and nests', () => {
    const filler = Array.from({ length: 31 }, () => talk('\u0001'.repeat(830)));
    const long = '\u0001'.repeat(5_000);
    const scenario = Scenario.answered([
      set('long', long),
      { type: 'fetch_flow', option: { flow_id: id(7) } },
      { type: 'webhook_send', option: { uri: 'http://x/', data: '${long}${long}' } },
      ...filler,
    ]);
    scenario.flowLoads([]);
    const sizes = scenario.events.map((event) => Buffer.byteLength(JSON.stringify(event)));
    assert.ok(Math.max(...sizes) > 200_000, `the largest has ${Math.max(...sizes)} bytes`);
    assert.ok(Math.max(...sizes) <= 262_144, `the largest has ${Math.max(...sizes)} bytes`);
    assert.equal(limits.actionsBytes + limits.optionBytes + 4096, 262_144);
  });
});

describe('a nested list', () => {
  const nested: PartialAction = { type: 'fetch_flow', option: { flow_id: id(7) } };

  it('may hold another; what is shown is what is in force', () => {
    const scenario = Scenario.answered([{ type: 'answer' }, nested, block]);
    scenario.flowLoads([nested, { type: 'beep' }]);
    scenario.flowLoads([talk('inmost')]);
    const types = (): string[] => listed(scenario).map(({ type }) => type);
    assert.deepEqual(types(), ['answer', 'fetch_flow', 'fetch_flow', 'talk', 'beep', 'block']);
    scenario.playEnds();
    assert.deepEqual(types(), ['answer', 'fetch_flow', 'fetch_flow', 'beep', 'block']);
    scenario.playEnds();
    assert.deepEqual(types(), ['answer', 'fetch_flow', 'block']);
  });

  it('shares variables and digits with the flow around it', () => {
    const scenario = Scenario.answered([
      { type: 'answer' },
      set('a', '1'),
      nested,
      talk('${a} ${parley.call.digits}'),
    ]);
    scenario.flowLoads([
      set('a', '${a}2'),
      { type: 'digits_receive', option: { duration: 1000, length: 1 } },
    ]);
    scenario.press('9');
    assert.equal(scenario.current().option?.['text'], '12 9');
  });

  it('ends with the whole flow at a finish', () => {
    const scenario = Scenario.answered([nested, block]);
    scenario.flowLoads([{ type: 'beep', next_id: finishActionId }]);
    scenario.hear({ kind: 'mediaOpened' });
    scenario.playEnds();
    assert.equal(scenario.types().at(-1), 'activeflow_deleted');
  });

  it('is checked as a flow is that is saved', () => {
    const wrong = [{ type: 'talk', option: { text: '' } }];
    assert.equal(checkFlow(wrong, () => id(1)).ok, false);
    const scenario = Scenario.answered([nested, block]);
    scenario.flowLoads(wrong);
    assert.match(scenario.reports().join(), /fetch_flow: actions\[0\]\.option\.text must not be empty/);
  });
});
