import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { notYet } from '@parley/contract';
import { limits } from '../limits.ts';
import { countingChance, id, type PartialAction, Scenario } from '../scenario.node.ts';
import { cause } from './cause.ts';

const ended = { kind: 'callEnded', end: { cause: cause.normalClearing } } as const;
const hangup = { kind: 'hangupRequested' } as const;
const stop = { kind: 'stopRequested' } as const;
const hour = 3_600_000;

const block: PartialAction = { type: 'block', id: id(66) };
const talk = (text: string): PartialAction => ({ type: 'talk', option: { text } });

/** A call in each state it can be in, and what it has been told so far. */
const states: Readonly<Record<string, () => Scenario>> = {
  'ringing, at rest': () => given([block]),
  'ringing, its media opening': () => given([talk('a'), block]),
  'answered, at rest': () => answered([block]),
  'answered, something playing': () => answered([talk('a'), block]),
  'answered, waiting for keys': () =>
    answered([{ type: 'digits_receive', option: { duration: 5000, length: 9 } }, block]),
  'answered, something asked of the web': () =>
    answered([{ type: 'fetch', option: { event_url: 'http://127.0.0.1/' } }, block]),
  'answered, a flow being read': () => answered([{ type: 'fetch_flow', option: { flow_id: id(7) } }, block]),
  'ringing, its media there from the start, at rest': () => given([block], true),
  'answered at once, its media there from the start, at rest': () => given([{ type: 'answer' }, block], true),
  'answered, its flow stopped': () => answered([{ type: 'stop' }]),
  'ringing, its flow stopped': () => given([{ type: 'stop' }]),
};

function given(actions: readonly PartialAction[], mediaOpen = false): Scenario {
  const scenario = new Scenario();
  scenario.offer(actions, mediaOpen);
  return scenario;
}

function answered(actions: readonly PartialAction[]): Scenario {
  return Scenario.answered([{ type: 'answer' }, ...actions]);
}

function count(scenario: Scenario, type: string): number {
  return scenario.types().filter((each) => each === type).length;
}

/** Everything a call may be told that is not its end. */
function tellEverything(scenario: Scenario): void {
  scenario.hear({ kind: 'mediaOpened' });
  scenario.playEnds();
  scenario.press('1');
  scenario.webAnswers(200, [{ type: 'beep' }]);
  scenario.flowLoads([{ type: 'beep' }]);
  scenario.hear({ kind: 'resumeRequested', actionId: id(66) });
  scenario.hear(hangup);
  scenario.hear(stop);
  scenario.pass(30_000);
}

for (const [state, reach] of Object.entries(states)) {
  describe(`a call that is ${state}`, () => {
    it('is hung up when the caller is gone, and its activeflow ends after it', () => {
      const scenario = reach();
      scenario.hear(ended);
      assert.equal(count(scenario, 'call_hungup'), 1);
      assert.equal(count(scenario, 'activeflow_deleted'), 1);
      const { status, hangup_by, hangup_reason } = scenario.last('call_hungup');
      assert.deepEqual([status, hangup_by, hangup_reason], ['hangup', 'remote', 'normal']);
      if (!state.includes('stopped')) assert.equal(scenario.types().at(-1), 'activeflow_deleted');
    });

    it('stands still once the caller is gone', () => {
      const scenario = reach();
      scenario.hear(ended);
      const [events, effects] = [scenario.events.length, scenario.effects.length];
      tellEverything(scenario);
      scenario.hear(ended);
      assert.deepEqual([scenario.events.length, scenario.effects.length], [events, effects]);
      assert.equal(scenario.centre.size, 0);
      assert.equal(scenario.centre.wakeAt(), undefined);
    });

    it('is ended when the API hangs up: at once for the flow, with an event when the leg is gone', () => {
      const scenario = reach();
      const events = scenario.events.length;
      scenario.hear(hangup);
      assert.equal(scenario.events.length, events);
      assert.equal(scenario.lastEffect('hangup')?.cause, cause.normalClearing);
      const put = scenario.puts.at(-1);
      assert.equal(put?.kind === 'call' ? put.row.status : '', 'terminating');
      scenario.hear(ended);
      const { hangup_by, hangup_reason } = scenario.last('call_hungup');
      assert.deepEqual([hangup_by, hangup_reason], ['local', 'normal']);
      assert.equal(count(scenario, 'activeflow_deleted'), 1);
    });

    it('stands still while it is being ended, and wakes for nothing but its end', () => {
      const scenario = reach();
      scenario.hear(hangup);
      const [events, effects] = [scenario.events.length, scenario.effects.length];
      tellEverything(scenario);
      assert.deepEqual([scenario.events.length, scenario.effects.length], [events, effects]);
      scenario.pass(limits.terminatingMs - 30_000);
      assert.equal(count(scenario, 'call_hungup'), 1);
      assert.equal(scenario.last('call_hungup')['hangup_by'], 'local');
    });

    it('ends with its activeflow when the API stops that, unless there is none to stop', () => {
      const scenario = reach();
      const running = !state.includes('stopped');
      scenario.hear(stop);
      assert.equal(count(scenario, 'activeflow_deleted'), 1);
      assert.equal(scenario.kinds().includes('hangup'), running);
      scenario.hear(stop);
      scenario.hear(ended);
      assert.equal(count(scenario, 'activeflow_deleted'), 1);
      assert.equal(scenario.last('call_hungup')['hangup_by'], running ? 'local' : 'remote');
    });

    it('is resumed only from the block it rests on', () => {
      const scenario = reach();
      const path = scenario.path().length;
      scenario.hear({ kind: 'resumeRequested', actionId: id(65) });
      const onBlock = state.endsWith('at rest');
      const over = count(scenario, 'activeflow_deleted');
      scenario.hear({ kind: 'resumeRequested', actionId: scenario.current().id });
      // Nothing follows the block, so a flow that goes on from it ends.
      assert.equal(count(scenario, 'activeflow_deleted'), onBlock ? 1 : over);
      assert.equal(scenario.path().length, path);
    });

    it('hears nothing of plays and requests that are not its own', () => {
      const scenario = reach();
      const [events, effects] = [scenario.events.length, scenario.effects.length];
      scenario.hear({ kind: 'playEnded', play: id(999), problem: 'stale' });
      scenario.hear({ kind: 'replied', request: id(999), reply: { ok: false, problem: 'stale' } });
      scenario.hear({ kind: 'replied', request: '', reply: { ok: false, problem: 'stale' } });
      scenario.hear({ kind: 'flowLoaded', request: id(999), flow: undefined });
      assert.deepEqual([scenario.events.length, scenario.effects.length], [events, effects]);
    });

    it('has a time at which something happens to it by itself', () => {
      const scenario = reach();
      assert.ok(scenario.centre.wakeAt() !== undefined);
      scenario.pass(5 * hour);
      assert.equal(scenario.centre.size, 0);
      assert.equal(count(scenario, 'call_hungup'), 1);
      assert.equal(count(scenario, 'activeflow_deleted'), 1);
    });
  });
}

describe('the longest duration of a call', () => {
  const settings = { longestCallMs: 10_000 };

  it('is four hours unless it is set', () => {
    const scenario = Scenario.answered([{ type: 'answer' }, block]);
    scenario.pass(4 * hour - 10);
    assert.equal(scenario.lastEffect('hangup'), undefined);
    scenario.pass(10);
    assert.equal(scenario.lastEffect('hangup')?.cause, cause.durationLimit);
  });

  it('ends an answered call with the reason timeout, what plays first', () => {
    const scenario = new Scenario(settings);
    scenario.offer([talk('a')]);
    scenario.hear({ kind: 'mediaOpened' });
    scenario.pass(10_000);
    assert.deepEqual(scenario.kinds().slice(-2), ['stopPlay', 'hangup']);
    scenario.hear(ended);
    const { hangup_by, hangup_reason } = scenario.last('call_hungup');
    assert.deepEqual([hangup_by, hangup_reason], ['remote', 'timeout']);
  });

  it('ends one that nobody answered as any other that we end', () => {
    const scenario = new Scenario(settings);
    scenario.offer([block]);
    scenario.pass(10_000);
    assert.equal(scenario.lastEffect('hangup')?.cause, cause.durationLimit);
    scenario.hear(ended);
    const { hangup_by, hangup_reason } = scenario.last('call_hungup');
    assert.deepEqual([hangup_by, hangup_reason], ['local', 'normal']);
  });

  it('may come while the media is opening: then the call is never answered', () => {
    const scenario = new Scenario({ longestCallMs: 1000 });
    scenario.offer([talk('a')]);
    scenario.pass(1000);
    scenario.hear({ kind: 'mediaOpened' });
    assert.deepEqual(scenario.kinds(), ['openMedia', 'hangup']);
    scenario.hear(ended);
    assert.equal(scenario.kinds().at(-1), 'closeMedia');
    assert.equal(scenario.last('call_hungup')['tm_progressing'], notYet);
  });

  it('may come at the very moment at which an action was over: the call ends, the flow stands still', () => {
    const scenario = new Scenario({ longestCallMs: 2000 });
    scenario.offer([{ type: 'sleep', option: { duration: 2000 } }, talk('a')]);
    scenario.pass(2000);
    assert.deepEqual(scenario.path(), ['sleep']);
    assert.equal(scenario.kinds().at(-1), 'hangup');
    scenario.pass(limits.terminatingMs);
    assert.equal(count(scenario, 'call_hungup'), 1);
  });
});

describe('the end that never is reported', () => {
  it('is not waited for by the longest duration of a call that is over', () => {
    const scenario = new Scenario({ longestCallMs: 3000, closingMediaMs: 60_000 });
    scenario.offer([talk('a')]);
    scenario.hear({ kind: 'mediaOpened' });
    scenario.hear(ended);
    const decisions = scenario.decisions.length;
    scenario.pass(4000);
    assert.equal(scenario.decisions.length, decisions);
    assert.equal(scenario.centre.size, 1);
  });

  it('of a sleeping call does not keep the centre awake for ever', () => {
    const scenario = Scenario.answered([{ type: 'answer' }, { type: 'sleep', option: { duration: 5000 } }]);
    scenario.hear(hangup);
    scenario.pass(6000);
    assert.equal(scenario.centre.size, 1);
    scenario.pass(limits.terminatingMs);
    assert.equal(count(scenario, 'call_hungup'), 1);
  });

  it('of its media keeps a call in memory for a little while only', () => {
    const scenario = new Scenario({ closingMediaMs: 700 });
    scenario.offer([talk('a')]);
    scenario.hear({ kind: 'mediaOpened' });
    scenario.hear(ended);
    scenario.pass(699);
    assert.equal(scenario.centre.size, 1);
    scenario.pass(1);
    assert.equal(scenario.centre.size, 0);
  });
});

describe('the centre', () => {
  it('knows its calls, their customers and their activeflows, and forgets them', () => {
    const scenario = Scenario.answered([{ type: 'answer' }, block]);
    const { centre, callId } = scenario;
    const activeflowId = String(scenario.last('activeflow_created')['id']);
    assert.deepEqual(centre.callIds(), [callId]);
    assert.equal(centre.callOfActiveflow(activeflowId), callId);
    assert.equal(centre.callsOfCustomer(id(9001)), 1);
    scenario.hear(ended);
    assert.deepEqual(centre.callIds(), []);
    scenario.pass(5000);
    assert.equal(centre.callOfActiveflow(activeflowId), undefined);
    assert.equal(centre.callsOfCustomer(id(9001)), 0);
  });

  it('wakes each call that is due, once', () => {
    const scenario = Scenario.answered([{ type: 'sleep', option: { duration: 100 } }, block]);
    const at = scenario.centre.wakeAt();
    assert.ok(at !== undefined);
    assert.equal(scenario.centre.wake({ mono: at, wall: 0 as never }).length, 1);
    assert.equal(scenario.centre.wake({ mono: at, wall: 0 as never }).length, 0);
  });

  it('refuses the same call twice: that would be a bug of whoever offers it', () => {
    const scenario = new Scenario();
    scenario.offer([block]);
    assert.throws(() => scenario.offer([block]), /exists already/);
  });
});

describe('a bug in a decision', () => {
  /** Ids run out at that moment: as good as any bug. */
  function withBug(): { scenario: Scenario; breakIt: (times: number) => void } {
    const chance = countingChance();
    let failures = 0;
    const scenario = new Scenario(
      {},
      {
        ...chance,
        id() {
          if (failures === 0) return chance.id();
          failures -= 1;
          throw new Error('out of ids');
        },
      },
    );
    scenario.toleratesBugs = true;
    return { scenario, breakIt: (times) => (failures = times) };
  }

  it('ends that call, with all its final events, and is reported', () => {
    const { scenario, breakIt } = withBug();
    scenario.offer([{ type: 'answer' }, talk('a'), block]);
    scenario.hear({ kind: 'mediaOpened' });
    breakIt(1);
    scenario.playEnds();
    assert.match(scenario.reports().at(-1) ?? '', /a bug.*out of ids/s);
    assert.equal(scenario.lastEffect('hangup')?.cause, cause.networkOutOfOrder);
    scenario.press('1');
    scenario.hear(ended);
    assert.deepEqual(scenario.types().slice(-2), ['call_hungup', 'activeflow_deleted']);
    scenario.pass(5000);
    assert.equal(scenario.centre.size, 0);
    assert.equal(scenario.centre.wakeAt(), undefined);
  });

  it('in the end of a call is tried once more, when the end is overdue', () => {
    const { scenario, breakIt } = withBug();
    scenario.offer([block]);
    breakIt(1);
    scenario.hear(ended);
    assert.equal(count(scenario, 'call_hungup'), 0);
    scenario.pass(limits.terminatingMs);
    assert.deepEqual(scenario.types().slice(-2), ['call_hungup', 'activeflow_deleted']);
    assert.equal(scenario.centre.size, 0);
  });

  it('that does not go away costs the call its place in memory, not more', () => {
    const { scenario, breakIt } = withBug();
    scenario.offer([block]);
    scenario.hear(hangup);
    breakIt(1);
    scenario.hear(ended);
    assert.equal(scenario.centre.size, 0);
    assert.equal(scenario.centre.wakeAt(), undefined);
    assert.equal(scenario.centre.callsOfCustomer(id(9001)), 0);
  });
});
