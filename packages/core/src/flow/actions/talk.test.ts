import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Scenario } from '../../scenario.node.ts';

const block = { type: 'block' };
const talk = (option: Readonly<Record<string, unknown>> = {}) => ({
  type: 'talk',
  option: { text: 'Hello.', ...option },
});

function sourceOf(scenario: Scenario): unknown {
  return scenario.lastEffect('play')?.sources;
}

describe('talk', () => {
  it('answers, speaks, and goes on when it has spoken', () => {
    const scenario = new Scenario();
    scenario.offer([talk(), block]);
    assert.deepEqual(scenario.kinds(), ['openMedia']);
    scenario.hear({ kind: 'mediaOpened' });
    assert.deepEqual(scenario.kinds(), ['openMedia', 'answer', 'play']);
    assert.deepEqual(scenario.path(), ['talk']);
    scenario.playEnds();
    assert.deepEqual(scenario.path(), ['talk', 'block']);
    assert.ok(!scenario.kinds().includes('stopPlay'));
  });

  it('speaks the text in the language and gender asked for, or else neutral and American', () => {
    const speech = { kind: 'speech', text: 'Hello.' } as const;
    const american = { ...speech, language: 'en-US', gender: 'neutral' };
    assert.deepEqual(sourceOf(Scenario.answered([talk()])), [american]);
    assert.deepEqual(sourceOf(Scenario.answered([talk({ language: '', gender: '' })])), [american]);
    assert.deepEqual(sourceOf(Scenario.answered([talk({ language: 'ko-KR', gender: 'female' })])), [
      { ...speech, language: 'ko-KR', gender: 'female' },
    ]);
  });

  it('keeps what it does not use where it can be seen', () => {
    const scenario = Scenario.answered([talk({ provider: 'gcp', voice_id: 'x' })]);
    assert.deepEqual(scenario.current().option, { text: 'Hello.', provider: 'gcp', voice_id: 'x' });
  });

  it('is skipped, with a report, when it cannot be spoken', () => {
    const scenario = Scenario.answered([talk(), block]);
    scenario.playEnds('no voice speaks tlh');
    assert.deepEqual(scenario.path(), ['talk', 'block']);
    assert.deepEqual(scenario.reports(), ['talk was skipped: no voice speaks tlh']);
  });

  it('is skipped when there is nothing left to say once it is filled in, or too much', () => {
    const empty = Scenario.answered([{ type: 'answer' }, talk({ text: '${nothing}' }), block]);
    assert.deepEqual(empty.reports(), ['talk was skipped: option.text must not be empty']);
    const long = Scenario.answered([
      { type: 'answer' },
      { type: 'variable_set', option: { key: 'long', value: 'x'.repeat(2000) } },
      talk({ text: '${long}${long}${long}' }),
      block,
    ]);
    assert.deepEqual(long.reports(), ['talk was skipped: option.text has more than 5000 characters']);
    assert.equal(long.current().type, 'block');
  });

  it('goes on speaking when a key is pressed', () => {
    for (const option of [{}, { digits_handle: '' }]) {
      const scenario = Scenario.answered([talk(option), block]);
      scenario.press('1');
      assert.deepEqual(scenario.path(), ['talk']);
      assert.ok(!scenario.kinds().includes('stopPlay'));
    }
  });

  it('is broken off by a key when asked to, and the key is kept', () => {
    const scenario = Scenario.answered([
      talk({ digits_handle: 'next' }),
      talk({ text: '${parley.call.digits}' }),
    ]);
    scenario.press('7');
    assert.deepEqual(scenario.kinds().slice(-2), ['stopPlay', 'play']);
    assert.equal(scenario.current().option?.['text'], '7');
  });

  it('that a key has broken off may end again at that moment: that is old news', () => {
    const scenario = Scenario.answered([talk({ digits_handle: 'next' }), talk({ text: 'b' }), block]);
    const play = scenario.lastPlay();
    scenario.press('7');
    scenario.hear({ kind: 'playEnded', play });
    assert.deepEqual(scenario.path(), ['talk', 'talk']);
  });

  it('that had just ended when the key came leaves the key to the next one', () => {
    const scenario = Scenario.answered([
      talk({ digits_handle: 'next' }),
      talk({ digits_handle: 'next' }),
      block,
    ]);
    scenario.playEnds();
    scenario.press('7');
    assert.deepEqual(scenario.path(), ['talk', 'talk', 'block']);
    assert.equal(scenario.kinds().filter((kind) => kind === 'stopPlay').length, 1);
  });

  it('hears of nothing but its end and keys', () => {
    const scenario = Scenario.answered([talk(), block]);
    scenario.hear({ kind: 'resumeRequested', actionId: scenario.current().id });
    assert.deepEqual(scenario.path(), ['talk']);
  });
});

describe('talk, async', () => {
  const async = (option = {}) => talk({ async: true, ...option });
  const sleep = (duration: number) => ({ type: 'sleep', option: { duration } });

  it('answers first, then speaks on while the flow goes on', () => {
    const scenario = Scenario.answered([async(), sleep(100), block]);
    assert.deepEqual(scenario.kinds(), ['openMedia', 'answer', 'play']);
    assert.deepEqual(scenario.path(), ['talk', 'sleep']);
    scenario.pass(100);
    assert.deepEqual(scenario.path(), ['talk', 'sleep', 'block']);
    assert.ok(!scenario.kinds().includes('stopPlay'));
  });

  it('is cut off by the next sound, whose end is the one that counts', () => {
    const scenario = Scenario.answered([async(), talk({ text: 'b' }), block]);
    const [first, second] = scenario.effects.flatMap((effect) =>
      effect.kind === 'play' ? [effect.play] : [],
    );
    assert.ok(first !== undefined && second !== undefined);
    scenario.hear({ kind: 'playEnded', play: first });
    assert.deepEqual(scenario.path(), ['talk', 'talk']);
    scenario.hear({ kind: 'playEnded', play: second });
    assert.deepEqual(scenario.path(), ['talk', 'talk', 'block']);
  });

  it('that cannot be spoken is reported, and nothing else', () => {
    const scenario = Scenario.answered([async(), block]);
    scenario.playEnds('no voice');
    scenario.playEnds('no voice');
    assert.deepEqual(scenario.reports(), ['a sound was not played: no voice']);
    assert.deepEqual(scenario.path(), ['talk', 'block']);
  });

  it('ends with the call, however that ends', () => {
    const ends = [{ kind: 'hangupRequested' }, { kind: 'stopRequested' }, { kind: 'mediaSilent' }] as const;
    for (const end of ends) {
      const scenario = Scenario.answered([async(), block]);
      scenario.hear(end);
      assert.deepEqual(scenario.kinds().slice(-2), ['stopPlay', 'hangup']);
    }
    for (const last of [{ type: 'hangup' }, { type: 'stop' }])
      assert.ok(Scenario.answered([async(), last]).kinds().includes('stopPlay'), last.type);
    assert.deepEqual(Scenario.answered([async()]).kinds().slice(-2), ['stopPlay', 'hangup']);
  });

  it('is not stopped after it has ended', () => {
    const scenario = Scenario.answered([async(), block]);
    scenario.playEnds();
    scenario.hear({ kind: 'hangupRequested' });
    assert.ok(!scenario.kinds().includes('stopPlay'));
  });

  it('speaks over the waiting for keys; the first one stops it if asked to, and counts', () => {
    const keys = { type: 'digits_receive', option: { duration: 5000, length: 2 } };
    const scenario = Scenario.answered([
      async({ digits_handle: 'next' }),
      keys,
      talk({ text: '${voipbin.call.digits}' }),
    ]);
    scenario.press('4');
    assert.equal(scenario.kinds().at(-1), 'stopPlay');
    assert.equal(scenario.current().type, 'digits_receive');
    scenario.press('2');
    assert.equal(scenario.current().option?.['text'], '42');
    assert.equal(scenario.kinds().filter((kind) => kind === 'stopPlay').length, 1);
  });
});
