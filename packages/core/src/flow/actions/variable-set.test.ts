import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { limits } from '../../limits.ts';
import { type PartialAction, Scenario } from '../../scenario.node.ts';

const set = (key: string, value?: string): PartialAction => ({
  type: 'variable_set',
  option: value === undefined ? { key } : { key, value },
});

/** What the text is worth after these actions. */
function worth(text: string, ...actions: readonly PartialAction[]): string | undefined {
  const tell: PartialAction = { type: 'webhook_send', option: { uri: 'http://x/', data: text } };
  return Scenario.answered([{ type: 'answer' }, ...actions, tell, { type: 'block' }]).lastEffect('request')
    ?.body;
}

describe('variable_set', () => {
  it('sets a variable, to nothing if it has no value', () => {
    assert.equal(worth('[${a}]', set('a', '1')), '[1]');
    assert.equal(worth('[${a}]', set('a', '1'), set('a')), '[]');
  });

  it('fills in its key and its value before', () => {
    assert.equal(worth('${b1}', set('n', '1'), set('b${n}', '<${n}>')), '<1>');
    assert.equal(worth('${count}', set('count', 'x'), set('count', '${count}x')), 'xx');
  });

  it('may set the digits', () => {
    assert.equal(worth('${voipbin.call.digits}', set('parley.call.digits', '42')), '42');
    assert.equal(
      worth('${voipbin.call.digits}', set('voipbin.call.digits', '1'.repeat(500))),
      '1'.repeat(limits.digits),
    );
  });

  it('ends the activeflow when its key is empty once it is filled in, or a limit forbids it', () => {
    const many = Array.from({ length: 90 }, (_, index) => set(`v${index}`));
    const rest: PartialAction = { type: 'sleep', option: { duration: 1 } };
    const more = Array.from({ length: 11 }, (_, index) => set(`w${index}`));
    const full = Scenario.answered([{ type: 'answer' }, ...many, rest, ...more, { type: 'block' }]);
    full.pass(1);
    assert.match(full.reports().join(), /variable_set: w10 would be one variable too many/);
    const nameless = Scenario.answered([{ type: 'answer' }, set('${nothing}', 'x'), { type: 'block' }]);
    assert.match(nameless.reports().join(), /option\.key must not be empty/);
    assert.equal(nameless.types().at(-1), 'activeflow_deleted');
  });

  it('ends the activeflow when a value has doubled beyond its limit', () => {
    const doubling: PartialAction[] = Array.from({ length: 20 }, () => set('a', '${a}${a}'));
    const grow = (first: string) =>
      Scenario.answered([{ type: 'answer' }, set('a', first), ...doubling, { type: 'block' }])
        .reports()
        .join();
    assert.match(grow('x'.repeat(17_000)), /option\.value has more than 32768 characters/);
    assert.match(grow('x'), /its option, filled in, is longer than 61440 bytes/);
  });
});
