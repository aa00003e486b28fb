import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Scenario } from '../../scenario.node.ts';

describe('answer', () => {
  it('answers once the media is open, then goes on', () => {
    const scenario = new Scenario();
    scenario.offer([{ type: 'answer' }, { type: 'beep' }]);
    assert.deepEqual(scenario.kinds(), ['openMedia']);
    assert.deepEqual(scenario.path(), ['answer']);
    scenario.hear({ kind: 'mediaOpened' });
    assert.deepEqual(scenario.kinds(), ['openMedia', 'answer', 'play']);
    assert.deepEqual(scenario.path(), ['answer', 'beep']);
    const { status, action } = scenario.last('call_answered');
    assert.equal(status, 'progressing');
    assert.match(JSON.stringify(action), /"type":"answer","tm_execute":"2022-04-11 00:40:34\.00\d{7}"/);
  });

  it('goes on at once when the call has been answered', () => {
    const scenario = Scenario.answered([{ type: 'answer' }, { type: 'answer' }, { type: 'block' }]);
    assert.deepEqual(scenario.path(), ['answer', 'answer', 'block']);
    assert.equal(scenario.kinds().filter((kind) => kind === 'answer').length, 1);
  });
});
