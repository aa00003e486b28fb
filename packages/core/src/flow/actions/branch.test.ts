import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { finishActionId, nilId } from '@parley/contract';
import { id, type PartialAction, Scenario } from '../../scenario.node.ts';

const at = (number: number): PartialAction => ({ type: 'block', id: id(number) });
const set = (key: string, value: string): PartialAction => ({ type: 'variable_set', option: { key, value } });

/** The number of the block where a flow stands that sets variables, then branches. */
function reached(option: object, ...before: readonly PartialAction[]): number {
  const scenario = Scenario.answered([
    { type: 'answer' },
    ...before,
    { type: 'branch', option: { ...option } },
    at(50),
    at(51),
    at(52),
  ]);
  return Number(scenario.current().id.slice(-12));
}

const targets = { target_ids: { 1: id(51), '*': id(52), '': id(52) } };

describe('branch', () => {
  it('goes to the target of the digits', () => {
    assert.equal(reached(targets, set('parley.call.digits', '1')), 51);
    assert.equal(reached(targets, set('voipbin.call.digits', '*')), 52);
  });

  it('has a target for no digits at all, if it is given', () => {
    assert.equal(reached(targets), 52);
  });

  it('goes to its default when no target fits, or on when it has none', () => {
    const digits = set('parley.call.digits', '7');
    assert.equal(reached({ ...targets, default_target_id: id(52) }, digits), 52);
    assert.equal(reached({ ...targets, default_target_id: nilId }, digits), 50);
    assert.equal(reached(targets, digits), 50);
    assert.equal(reached({}, digits), 50);
    assert.equal(reached({ default_target_id: id(51) }), 51);
  });

  it('knows only its own targets, whatever the value is called', () => {
    for (const value of ['constructor', '__proto__', 'toString'])
      assert.equal(reached({ ...targets, variable: 'v' }, set('v', value)), 50);
    const odd: unknown = JSON.parse(`{"__proto__": "${id(51)}", "constructor": "${id(52)}"}`);
    assert.equal(reached({ target_ids: odd, variable: 'v' }, set('v', '__proto__')), 51);
    assert.equal(reached({ target_ids: odd, variable: 'v' }, set('v', 'constructor')), 52);
  });

  it('looks at a variable when it names one, by both its names', () => {
    const known = { target_ids: { incoming: id(51) } };
    assert.equal(reached({ ...known, variable: 'parley.call.direction' }), 51);
    assert.equal(reached({ ...known, variable: 'voipbin.call.direction' }), 51);
    assert.equal(reached({ ...known, variable: 'nothing' }), 50);
    assert.equal(
      reached({ target_ids: { x: id(51) }, variable: '${which}' }, set('which', 'v'), set('v', 'x')),
      51,
    );
  });

  it('uses up the digits when it has looked at them, by whatever name, and leaves them alone otherwise', () => {
    const left = (option: object): string | undefined => {
      const scenario = Scenario.answered([
        { type: 'answer' },
        set('parley.call.digits', '12'),
        { type: 'branch', option: { ...option } },
        { type: 'webhook_send', option: { uri: 'http://x/', data: '${parley.call.digits}' } },
        at(50),
      ]);
      return scenario.lastEffect('request')?.body;
    };
    assert.equal(left({}), '');
    assert.equal(left({ variable: '' }), '');
    assert.equal(left({ variable: 'parley.call.digits' }), '');
    assert.equal(left({ variable: 'other' }), '12');
  });

  it('may go to the end of the flow', () => {
    const scenario = Scenario.answered([
      { type: 'answer' },
      { type: 'branch', option: { default_target_id: finishActionId } },
    ]);
    assert.equal(scenario.types().at(-1), 'activeflow_deleted');
    assert.equal(scenario.last('activeflow_deleted')['forward_action_id'], nilId);
    assert.deepEqual(scenario.reports(), []);
  });
});
