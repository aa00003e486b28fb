import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Action } from '@parley/contract';
import { Scenario } from '../../scenario.node.ts';

const block = { type: 'block' };

describe('play', () => {
  const urls = ['http://127.0.0.1/a.wav', 'http://127.0.0.1/b.wav'];
  const play = (option = {}) => ({ type: 'play', option: { stream_urls: urls, ...option } });

  it('answers, plays its files one after another, and goes on when they have ended', () => {
    const scenario = Scenario.answered([play(), block]);
    assert.deepEqual(scenario.kinds(), ['openMedia', 'answer', 'play']);
    assert.deepEqual(
      scenario.lastEffect('play')?.sources,
      urls.map((url) => ({ kind: 'url', url })),
    );
    scenario.playEnds();
    assert.deepEqual(scenario.path(), ['play', 'block']);
  });

  it('fills in its addresses', () => {
    const scenario = Scenario.answered([play({ stream_urls: ['http://x/${parley.call.direction}.wav'] })]);
    assert.deepEqual(scenario.lastEffect('play')?.sources, [{ kind: 'url', url: 'http://x/incoming.wav' }]);
  });

  it('is skipped when a file cannot be played, and when an address is empty once it is filled in', () => {
    const broken = Scenario.answered([play(), block]);
    broken.playEnds('404 from http://127.0.0.1/a.wav');
    assert.deepEqual(broken.path(), ['play', 'block']);
    const empty = Scenario.answered([play({ stream_urls: ['${nothing}'] }), block]);
    assert.deepEqual(empty.reports(), ['play was skipped: option.stream_urls[0] must not be empty']);
    assert.equal(empty.current().type, 'block');
  });

  it('is broken off by a key only when asked to', () => {
    const scenario = Scenario.answered([play(), play({ digits_handle: 'next' }), block]);
    scenario.press('1');
    assert.deepEqual(scenario.path(), ['play']);
    scenario.playEnds();
    scenario.press('1');
    assert.deepEqual(scenario.path(), ['play', 'play', 'block']);
    assert.equal(scenario.kinds().at(-1), 'stopPlay');
  });

  it('that would be too large for any event once it is filled in is skipped, and shown as it was written', () => {
    const scenario = Scenario.answered([
      { type: 'variable_set', option: { key: 'long', value: 'x'.repeat(2000) } },
      play({ stream_urls: Array.from({ length: 50 }, () => 'http://x/${long}') }),
      block,
    ]);
    assert.deepEqual(scenario.reports(), [
      'play was skipped: its option, filled in, is longer than 61440 bytes',
    ]);
    const shown = scenario.events
      .map(({ data }) => data['current_action'] as Action | undefined)
      .filter((current) => current?.type === 'play');
    assert.deepEqual(
      shown.map((current) => JSON.stringify(current?.option?.['stream_urls']).slice(0, 20)),
      ['["http://x/${long}",'],
    );
  });
});

describe('beep', () => {
  it('answers, plays a tone, and goes on when it has ended; keys do not matter', () => {
    const scenario = Scenario.answered([{ type: 'beep' }, block]);
    assert.deepEqual(scenario.lastEffect('play')?.sources, [{ kind: 'beep' }]);
    scenario.press('1');
    assert.deepEqual(scenario.path(), ['beep']);
    scenario.playEnds();
    assert.deepEqual(scenario.path(), ['beep', 'block']);
  });
});

describe('echo', () => {
  const lasts = (option?: object) =>
    Scenario.answered([
      option === undefined ? { type: 'echo' } : { type: 'echo', option: { ...option } },
    ]).lastEffect('echo')?.durationMs;

  it('lasts as long as it says, or three minutes', () => {
    assert.equal(lasts({ duration: 1 }), 1);
    assert.equal(lasts({ duration: 86_400_000 }), 86_400_000);
    assert.equal(lasts({ duration: 0 }), 180_000);
    assert.equal(lasts({}), 180_000);
    assert.equal(lasts(), 180_000);
  });

  it('answers first, goes on when it has ended, and is broken off with the call', () => {
    const scenario = Scenario.answered([{ type: 'echo' }, block]);
    assert.deepEqual(scenario.kinds(), ['openMedia', 'answer', 'echo']);
    scenario.press('5');
    scenario.playEnds();
    assert.deepEqual(scenario.path(), ['echo', 'block']);
    const cut = Scenario.answered([{ type: 'echo' }]);
    cut.hear({ kind: 'hangupRequested' });
    assert.deepEqual(cut.kinds().slice(-2), ['stopPlay', 'hangup']);
  });
});

describe('sleep', () => {
  it('waits so long without answering, whatever keys are pressed', () => {
    const scenario = new Scenario();
    scenario.offer([{ type: 'sleep', option: { duration: 3000 } }, block]);
    assert.deepEqual(scenario.kinds(), ['ring']);
    scenario.press('1');
    scenario.hear({ kind: 'resumeRequested', actionId: scenario.current().id });
    scenario.pass(2900);
    assert.deepEqual(scenario.path(), ['sleep']);
    scenario.pass(100);
    assert.deepEqual(scenario.path(), ['sleep', 'block']);
  });
});
