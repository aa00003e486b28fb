import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Action, finishActionId, nilId } from '@parley/contract';
import { id, type PartialAction, Scenario } from '../../scenario.node.ts';

const sleep: PartialAction = { type: 'sleep', id: id(5), option: { duration: 10 } };
const goto = (option: object): PartialAction => ({ type: 'goto', option: { target_id: id(5), ...option } });

function passes(option: object): number {
  const scenario = Scenario.answered([sleep, goto(option), { type: 'block' }]);
  scenario.pass(10_000);
  assert.equal(scenario.current().type, 'block');
  return scenario.path().filter((type) => type === 'sleep').length;
}

describe('goto', () => {
  it('jumps as often as it counts, so that the body runs once more', () => {
    assert.equal(passes({ loop_count: 2 }), 3);
    assert.equal(passes({ loop_count: 1 }), 2);
  });

  it('that counts nothing jumps never', () => {
    for (const option of [{}, { loop_count: 0 }, { loop_count: -3 }]) assert.equal(passes(option), 1);
  });

  it('counts down in the copy of the activeflow, not in what it shows of itself', () => {
    const scenario = Scenario.answered([sleep, goto({ loop_count: 2 }), { type: 'block' }]);
    scenario.pass(10_000);
    const gotos = scenario.events.filter(
      ({ data }) => (data['current_action'] as Action | undefined)?.type === 'goto',
    );
    const counts = gotos.map(({ data }) => {
      const [listed] = (data['actions'] as Action[]).filter(({ type }) => type === 'goto');
      return [(data['current_action'] as Action).option?.['loop_count'], listed?.option?.['loop_count']];
    });
    assert.deepEqual(counts, [
      [2, 2],
      [1, 1],
      [0, 0],
    ]);
    assert.equal((scenario.last('activeflow_created')['actions'] as Action[])[1]?.option?.['loop_count'], 2);
  });

  it('keeps the rest of its option as it was written', () => {
    const scenario = Scenario.answered([sleep, goto({ loop_count: 1 }), { type: 'block' }]);
    scenario.pass(10_000);
    const [, listed] = scenario.last('activeflow_updated')['actions'] as Action[];
    assert.deepEqual(listed?.option, { target_id: id(5), loop_count: 0 });
  });

  it('may jump forward, and to the end', () => {
    const over = Scenario.answered([
      { type: 'answer' },
      { type: 'goto', option: { target_id: finishActionId, loop_count: 1 } },
      { type: 'block' },
    ]);
    assert.equal(over.types().at(-1), 'activeflow_deleted');
    const forward = Scenario.answered([
      { type: 'answer' },
      { type: 'goto', option: { target_id: id(9), loop_count: 1 } },
      { type: 'beep' },
      { type: 'block', id: id(9) },
    ]);
    assert.deepEqual(forward.path(), ['answer', 'goto', 'block']);
    assert.equal(forward.last('activeflow_updated')['forward_action_id'], nilId);
  });

  it('counts anew each time its list is nested', () => {
    const scenario = Scenario.answered([
      { type: 'fetch_flow', option: { flow_id: id(7) } },
      { type: 'fetch_flow', option: { flow_id: id(7) } },
      { type: 'block' },
    ]);
    for (let nested = 0; nested < 2; nested += 1) {
      scenario.flowLoads([sleep, goto({ loop_count: 1 })]);
      scenario.pass(100);
    }
    assert.equal(scenario.path().filter((type) => type === 'sleep').length, 4);
    assert.equal(scenario.current().type, 'block');
  });
});
