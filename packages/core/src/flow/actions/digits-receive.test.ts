import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { limits } from '../../limits.ts';
import { type PartialAction, Scenario } from '../../scenario.node.ts';

const block: PartialAction = { type: 'block' };
const receive = (option = {}): PartialAction => ({
  type: 'digits_receive',
  option: { duration: 5000, ...option },
});
const digits = '${parley.call.digits}';
const tell: PartialAction = { type: 'webhook_send', option: { uri: 'http://x/', data: digits } };

/** The digits as a later action reads them. */
function read(scenario: Scenario): string | undefined {
  return scenario.lastEffect('request')?.body;
}

function waiting(option = {}): Scenario {
  return Scenario.answered([receive(option), tell, block]);
}

describe('digits_receive', () => {
  it('answers first', () => {
    const scenario = new Scenario();
    scenario.offer([receive(), block]);
    assert.deepEqual(scenario.kinds(), ['openMedia']);
    scenario.hear({ kind: 'mediaOpened' });
    assert.equal(scenario.current().type, 'digits_receive');
  });

  it('adds keys to each other while it is the current action', () => {
    const scenario = waiting({ length: 3 });
    scenario.press('12');
    assert.equal(scenario.current().type, 'digits_receive');
    scenario.press('3');
    assert.equal(read(scenario), '123');
  });

  it('ends at any of its keys, which stays among the digits', () => {
    for (const last of ['#', '*']) {
      const scenario = waiting({ key: '*#' });
      scenario.press(`12${last}`);
      assert.equal(read(scenario), `12${last}`);
    }
  });

  it('ends at its length or its keys, whichever comes first', () => {
    const byKey = waiting({ length: 5, key: '#' });
    byKey.press('1#');
    assert.equal(read(byKey), '1#');
    const byLength = waiting({ length: 2, key: '#' });
    byLength.press('12');
    assert.equal(read(byLength), '12');
  });

  it('waits its time out when it has neither, however many keys come', () => {
    for (const option of [{}, { length: 0 }, { length: 0, key: '' }]) {
      const scenario = waiting(option);
      scenario.press('123456789');
      assert.equal(scenario.current().type, 'digits_receive');
      scenario.pass(5000);
      assert.equal(read(scenario), '123456789');
    }
  });

  it('waits no longer than its time in all; keys do not prolong it', () => {
    const scenario = waiting({ length: 3 });
    scenario.pass(4000);
    scenario.press('1');
    scenario.pass(990);
    assert.equal(scenario.current().type, 'digits_receive');
    scenario.pass(10);
    assert.equal(read(scenario), '1');
  });

  it('goes on at once when what was pressed before is enough', () => {
    const before = (option: object, pressed: string): Scenario => {
      const scenario = Scenario.answered([
        { type: 'talk', option: { text: 'menu' } },
        receive(option),
        tell,
        block,
      ]);
      scenario.press(pressed);
      scenario.playEnds();
      return scenario;
    };
    assert.equal(read(before({ length: 1 }, '1')), '1');
    assert.equal(read(before({ key: '#' }, '#')), '#');
    assert.equal(read(before({ length: 2 }, '1')), undefined);
    assert.equal(read(before({}, '1')), undefined);
  });

  it('keeps what was pressed before and adds to it', () => {
    const scenario = Scenario.answered([
      { type: 'talk', option: { text: 'menu' } },
      receive({ length: 2 }),
      tell,
      block,
    ]);
    scenario.press('1');
    scenario.playEnds();
    scenario.press('2');
    assert.equal(read(scenario), '12');
  });

  it('leaves the last key only of those pressed during anything else', () => {
    const others: readonly PartialAction[] = [
      { type: 'talk', option: { text: 'a' } },
      { type: 'play', option: { stream_urls: ['http://x/'] } },
      { type: 'beep' },
      { type: 'echo' },
      { type: 'sleep', option: { duration: 100 } },
    ];
    for (const other of others) {
      const scenario = Scenario.answered([{ type: 'answer' }, other, tell, block]);
      scenario.press('123');
      scenario.playEnds();
      scenario.pass(100);
      assert.equal(read(scenario), '3', other.type);
    }
  });

  it('keeps its digits until a branch uses them up', () => {
    const scenario = Scenario.answered([
      receive({ length: 1 }),
      tell,
      { type: 'branch', option: {} },
      tell,
      block,
    ]);
    scenario.press('5');
    const bodies = scenario.effects.flatMap((effect) => (effect.kind === 'request' ? [effect.body] : []));
    assert.deepEqual(bodies, ['5', '']);
  });

  it('keeps the last of more keys than it can hold', () => {
    const scenario = waiting();
    scenario.press(`${'1'.repeat(limits.digits)}23`);
    scenario.pass(5000);
    assert.equal(read(scenario), `${'1'.repeat(limits.digits - 2)}23`);
  });

  it('hears a key that is pressed before the call is answered', () => {
    const scenario = new Scenario();
    scenario.offer([receive({ length: 1 }), tell, block]);
    scenario.press('9');
    assert.ok(!scenario.types().includes('call_answered'));
    scenario.hear({ kind: 'mediaOpened' });
    assert.equal(read(scenario), '9');
  });

  it('is not ended by anything but keys and time', () => {
    const scenario = waiting({ length: 3 });
    scenario.hear({ kind: 'resumeRequested', actionId: scenario.current().id });
    scenario.hear({ kind: 'playEnded', play: 'none' });
    assert.equal(scenario.current().type, 'digits_receive');
  });
});
