import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Action } from '@parley/contract';
import { id, Scenario } from '../scenario.node.ts';

const talk = (text: string) => ({ type: 'talk', option: { text } });

describe('a flow', () => {
  it('shows options with their variables filled in, and keeps them unfilled for the next pass', () => {
    const scenario = Scenario.answered([{ type: 'answer' }, talk('You are ${parley.call.source.target}.')]);
    const { current_action, actions } = scenario.last('activeflow_updated');
    assert.equal((current_action as Action).option?.['text'], 'You are +821100000002.');
    assert.equal((actions as Action[])[1]?.option?.['text'], 'You are ${parley.call.source.target}.');
  });

  it('knows parley and voipbin variables as the same, and unknown ones as empty', () => {
    const scenario = Scenario.answered([
      { type: 'variable_set', option: { key: 'parley.mine', value: 'a' } },
      talk('[${voipbin.mine}] [${parley.mine}] [${nothing}] [${voipbin.call.direction}]'),
    ]);
    assert.equal(
      (scenario.last('activeflow_updated')['current_action'] as Action).option?.['text'],
      '[a] [a] [] [incoming]',
    );
  });

  it('does not look into what a variable holds for more variables', () => {
    const scenario = Scenario.answered([
      { type: 'variable_set', option: { key: 'a', value: '${' } },
      { type: 'variable_set', option: { key: 'b', value: '${a}a}' } },
      talk('${b}'),
    ]);
    assert.equal((scenario.last('activeflow_updated')['current_action'] as Action).option?.['text'], '${a}');
  });

  it('jumps as often as goto counts, and counts down in its own copy', () => {
    const scenario = Scenario.answered([
      { type: 'answer' },
      { type: 'beep', id: id(77) },
      { type: 'goto', option: { target_id: id(77), loop_count: 2 } },
      talk('done'),
    ]);
    for (let plays = 0; plays < 3; plays += 1) scenario.playEnds();
    assert.deepEqual(scenario.path(), ['answer', 'beep', 'goto', 'beep', 'goto', 'beep', 'goto', 'talk']);
    const actions = scenario.last('activeflow_updated')['actions'] as Action[];
    assert.equal(actions[2]?.option?.['loop_count'], 0);
  });

  it('follows next_id before the order of the list', () => {
    const scenario = Scenario.answered([
      { type: 'answer', next_id: id(88) },
      talk('skipped'),
      { ...talk('reached'), id: id(88) },
    ]);
    assert.deepEqual(scenario.path(), ['answer', 'talk']);
    assert.equal((scenario.last('activeflow_updated')['current_action'] as Action).id, id(88));
  });

  it('branches on the keys pressed, and uses them up', () => {
    const scenario = Scenario.answered([
      { type: 'digits_receive', option: { duration: 5000, length: 1 } },
      { type: 'branch', option: { target_ids: { 1: id(71), 2: id(72) }, default_target_id: id(73) } },
      { type: 'hangup', id: id(73) },
      { ...talk('one'), id: id(71) },
      { ...talk('two'), id: id(72) },
    ]);
    scenario.press('2');
    assert.deepEqual(scenario.path(), ['digits_receive', 'branch', 'talk']);
    assert.equal((scenario.last('activeflow_updated')['current_action'] as Action).id, id(72));
  });

  it('counts keys pressed during a prompt, the last one only, for the next digits_receive', () => {
    const scenario = Scenario.answered([
      talk('menu'),
      { type: 'digits_receive', option: { duration: 5000, length: 1 } },
      talk('${parley.call.digits}'),
    ]);
    scenario.press('12');
    scenario.playEnds();
    assert.deepEqual(scenario.path(), ['talk', 'digits_receive', 'talk']);
    assert.equal((scenario.last('activeflow_updated')['current_action'] as Action).option?.['text'], '2');
  });

  it('ends collecting keys at an end key, at enough of them, or when time is up', () => {
    const collect = (option: object) =>
      Scenario.answered([{ type: 'digits_receive', option: { duration: 5000, ...option } }, talk('t')]);
    const byKey = collect({ key: '#' });
    byKey.press('12#');
    const byLength = collect({ length: 3 });
    byLength.press('123');
    const byTime = collect({ length: 3 });
    byTime.press('12');
    byTime.pass(5000);
    for (const scenario of [byKey, byLength, byTime])
      assert.deepEqual(scenario.path(), ['digits_receive', 'talk']);
  });

  it('lets a key break a talk off only when asked to', () => {
    const scenario = Scenario.answered([
      talk('a'),
      { type: 'talk', option: { text: 'b', digits_handle: 'next' } },
      { type: 'block' },
    ]);
    scenario.press('1');
    assert.deepEqual(scenario.path(), ['talk']);
    scenario.playEnds();
    scenario.press('1');
    assert.deepEqual(scenario.path(), ['talk', 'talk', 'block']);
    assert.equal(scenario.effects.at(-1)?.kind, 'stopPlay');
  });

  it('nests fetched actions after the fetch, shows them, and returns behind it', () => {
    const scenario = Scenario.answered([
      { type: 'fetch', option: { event_url: 'http://127.0.0.1/flow' } },
      talk('after'),
    ]);
    const request = scenario.lastEffect('request');
    assert.deepEqual(JSON.parse(request?.body ?? ''), {
      activeflow_id: scenario.last('activeflow_created')['id'],
      reference_id: scenario.callId,
    });
    const body = JSON.stringify([{ type: 'answer' }, { type: 'beep' }]);
    scenario.hear({
      kind: 'replied',
      request: request?.request ?? '',
      reply: { ok: true, status: 200, body },
    });
    scenario.hear({ kind: 'mediaOpened' });
    const types = (scenario.last('activeflow_updated')['actions'] as Action[]).map((action) => action.type);
    assert.deepEqual(types, ['fetch', 'answer', 'beep', 'talk']);
    scenario.playEnds();
    assert.deepEqual(scenario.path(), ['fetch', 'answer', 'beep', 'talk']);
  });

  it('ends, and the call with it, when a fetch fails', () => {
    for (const reply of [
      { ok: true, status: 500, body: '[]' },
      { ok: true, status: 200, body: 'not json' },
      { ok: true, status: 200, body: '[{"type":"nonsense"}]' },
      { ok: false, problem: 'refused' },
    ] as const) {
      const scenario = Scenario.answered([
        { type: 'answer' },
        { type: 'fetch', option: { event_url: 'http://127.0.0.1/' } },
        talk('after'),
      ]);
      scenario.hear({ kind: 'replied', request: scenario.lastEffect('request')?.request ?? '', reply });
      assert.equal(scenario.types().at(-1), 'activeflow_deleted');
      assert.equal(scenario.effects.at(-1)?.kind, 'hangup');
    }
  });

  it('skips a media action that fails', () => {
    const scenario = Scenario.answered([talk('a'), talk('b')]);
    scenario.hear({ kind: 'playEnded', play: scenario.lastEffect('play')?.play ?? '', problem: 'no voice' });
    assert.deepEqual(scenario.path(), ['talk', 'talk']);
    assert.match(scenario.lastEffect('report')?.text ?? '', /no voice/);
  });

  it('is ended when it nests itself without end', () => {
    const again = [{ type: 'fetch_flow', option: { flow_id: id(9002) } }];
    const scenario = new Scenario();
    scenario.offer(again);
    for (let depth = 0; depth < 150 && !scenario.types().includes('activeflow_deleted'); depth += 1) {
      const flow = {
        id: id(9002),
        type: 'flow',
        name: '',
        detail: '',
        customer_id: id(9001),
        tm_create: '',
        tm_update: '',
        tm_delete: '',
        actions: [{ id: id(5), next_id: id(0), ...again[0] }],
      };
      scenario.hear({
        kind: 'flowLoaded',
        request: scenario.lastEffect('loadFlow')?.request ?? '',
        flow: JSON.parse(JSON.stringify(flow).replaceAll(id(0), '00000000-0000-0000-0000-000000000000')),
      });
    }
    assert.ok(scenario.types().includes('activeflow_deleted'));
    assert.match(scenario.lastEffect('report')?.text ?? '', /nested more than 100 deep/);
  });

  it('that stops leaves the call alone', () => {
    const scenario = Scenario.answered([{ type: 'answer' }, { type: 'stop' }]);
    assert.equal(scenario.types().at(-1), 'activeflow_deleted');
    assert.equal(scenario.lastEffect('hangup'), undefined);
    scenario.hear({ kind: 'callEnded', end: { cause: 16 } });
    assert.equal(scenario.types().at(-1), 'call_hungup');
    assert.equal(scenario.types().filter((type) => type === 'activeflow_deleted').length, 1);
  });

  it('blocks until it is resumed with the id of the block', () => {
    const scenario = Scenario.answered([{ type: 'answer' }, { type: 'block', id: id(66) }, talk('on')]);
    scenario.hear({ kind: 'resumeRequested', actionId: id(65) });
    assert.deepEqual(scenario.path(), ['answer', 'block']);
    scenario.hear({ kind: 'resumeRequested', actionId: id(66) });
    assert.deepEqual(scenario.path(), ['answer', 'block', 'talk']);
  });

  it('that loops without rest is ended', () => {
    const scenario = Scenario.answered([
      { type: 'digits_receive', option: { duration: 1000, key: '1' }, id: id(61), next_id: id(61) },
    ]);
    scenario.press('1');
    assert.match(scenario.lastEffect('report')?.text ?? '', /too many steps/);
    assert.equal(scenario.types().at(-1), 'activeflow_deleted');
  });

  it('compares dates as option, condition, now, in the time zone asked for', () => {
    // The scenario's wall clock shows 2022-04-11 00:40 UTC, a Monday; in Seoul it is 09:40.
    const at = (option: object) =>
      Scenario.answered([
        {
          type: 'condition_datetime',
          option: { condition: '==', minute: -1, false_target_id: id(51), ...option },
        },
        { type: 'block' },
        { type: 'beep', id: id(51) },
      ]).path()[1];
    assert.equal(at({ hour: 0, weekdays: [1] }), 'block');
    assert.equal(at({ hour: 9, timezone: 'Asia/Seoul' }), 'block');
    assert.equal(at({ hour: 9 }), 'beep');
    assert.equal(at({ hour: 0, weekdays: [0, 6] }), 'beep');
    assert.equal(at({ hour: 1, condition: '>' }), 'block');
  });

  it('compares variables as text, number or length', () => {
    const on = (option: object) =>
      Scenario.answered([
        { type: 'variable_set', option: { key: 'n', value: '12' } },
        { type: 'condition_variable', option: { variable: '${n}', false_target_id: id(51), ...option } },
        { type: 'block' },
        { type: 'beep', id: id(51) },
      ]).path()[2];
    assert.equal(on({ condition: '>', value_type: 'number', value_number: 5 }), 'block');
    assert.equal(on({ condition: '>', value_type: 'string', value_string: '5' }), 'beep');
    assert.equal(on({ condition: '==', value_type: 'length', value_length: 2 }), 'block');
    assert.equal(on({ condition: '==', value_type: 'number', value_number: 13 }), 'beep');
  });
});
