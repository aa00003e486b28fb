import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { type Action, finishActionId, nilId } from '@parley/contract';
import * as fc from 'fast-check';
import { limits } from '../limits.ts';
import { id, Scenario } from '../scenario.node.ts';
import { checkFlow } from './check.ts';

const longest = 6;

const target = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 1, max: longest }).map(id) },
  fc.constant(finishActionId),
);
const text = fc.oneof(
  fc.constantFrom(
    '1',
    'a',
    '${a}',
    '${a}${a}',
    '${parley.call.digits}',
    '${voipbin.flow.reference_data}',
    '${__proto__}',
  ),
  fc.string({ minLength: 1, maxLength: 8 }),
);
const flag = fc.boolean();

/** An option that the type takes, for each type. */
const options: Readonly<Record<string, fc.Arbitrary<Record<string, unknown>>>> = {
  answer: fc.constant({}),
  beep: fc.constant({}),
  block: fc.constant({}),
  branch: fc.record(
    {
      variable: text,
      default_target_id: fc.oneof(target, fc.constant(nilId)),
      target_ids: fc.dictionary(text, target),
    },
    { requiredKeys: [] },
  ),
  condition_call_digits: fc.record({
    length: fc.nat(2),
    key: fc.constantFrom('', '1', '#'),
    false_target_id: target,
  }),
  condition_call_status: fc.record({
    status: fc.constantFrom('ringing', 'progressing'),
    false_target_id: target,
  }),
  condition_datetime: fc.record({
    condition: fc.constantFrom('==', '!=', '<'),
    hour: fc.integer({ min: -1, max: 23 }),
    timezone: fc.constantFrom('', 'Asia/Seoul'),
    false_target_id: target,
  }),
  condition_variable: fc.record({
    condition: fc.constantFrom('==', '!=', '<'),
    variable: text,
    value_type: fc.constantFrom('string', 'number', 'length'),
    value_string: text,
    false_target_id: target,
  }),
  digits_receive: fc.record({
    duration: fc.integer({ min: 1, max: 9000 }),
    length: fc.nat(3),
    key: fc.constantFrom('', '#'),
  }),
  echo: fc.record({ duration: fc.nat(9000) }),
  fetch: fc.record({ event_url: fc.oneof(fc.constant('http://127.0.0.1/'), text) }),
  fetch_flow: fc.constant({ flow_id: id(7) }),
  goto: fc.record({ target_id: target, loop_count: fc.integer({ min: -1, max: 200 }) }),
  hangup: fc.record({ reason: fc.constantFrom('', 'busy') }),
  play: fc.record({
    stream_urls: fc.array(text, { minLength: 1, maxLength: 2 }),
    digits_handle: fc.constantFrom('', 'next'),
  }),
  sleep: fc.record({ duration: fc.integer({ min: 1, max: 9000 }) }),
  stop: fc.constant({}),
  talk: fc.record({ text, async: flag, digits_handle: fc.constantFrom('', 'next') }),
  variable_set: fc.record({ key: fc.constantFrom('a', 'b', 'parley.call.digits', '${a}'), value: text }),
  webhook_send: fc.record({ uri: fc.constant('http://127.0.0.1/'), sync: flag, data: text }),
};

/** A list of actions of which each may lead to any other; most can run. */
const flow: fc.Arbitrary<Action[]> = fc
  .array(
    fc.tuple(
      fc.constantFrom(...Object.keys(options)),
      fc.oneof({ weight: 12, arbitrary: fc.constant(nilId) }, target),
    ),
    { minLength: 2, maxLength: longest },
  )
  .chain((drawn) =>
    fc.tuple(
      ...drawn.map(([type, next_id], index) =>
        (options[type] ?? fc.constant({})).map((option) => ({ id: id(index + 1), next_id, type, option })),
      ),
    ),
  );

type Told = (scenario: Scenario) => void;

const problem = fc.constantFrom(undefined, 'no voice');
const reply = fc.oneof(
  flow.map((actions) => JSON.stringify(actions)),
  fc.constantFrom('', '[]', '{}', '[{"type":"beep"}]', '[{"type":"talk"}]'),
);
const statistics = {
  packets_received: 0,
  packets_sent: 0,
  packets_lost: 0,
  packets_discarded: 0,
  jitter_ms: 0,
  remote_packets_lost: 0,
  round_trip_ms: 0,
};

/** Tells a call just what it waits for, so that flows get somewhere. */
function oblige(scenario: Scenario, body: string, actions: Action[]): void {
  const live = scenario.centre.liveCall(scenario.callId);
  const resting = live?.walk?.resting;
  if (live?.media === 'opening') scenario.hear({ kind: 'mediaOpened' });
  else if (resting === undefined) scenario.pass(1);
  else if (resting.until === scenario.lastPlay()) scenario.playEnds();
  else if (resting.until === scenario.lastEffect('request')?.request) scenario.webAnswers(200, body);
  else if (resting.until === scenario.lastEffect('loadFlow')?.request) scenario.flowLoads(actions);
  else if (resting.deadline === undefined)
    scenario.hear({ kind: 'resumeRequested', actionId: scenario.current().id });
  else scenario.pass(10_000);
}

/** What a call may be told, in any state; and time passing. What it waits for is common, what ends it is not. */
const told: fc.Arbitrary<Told> = fc.oneof(
  {
    weight: 60,
    arbitrary: fc.tuple(reply, flow).map(
      ([body, actions]): Told =>
        (scenario) =>
          oblige(scenario, body, actions),
    ),
  },
  { weight: 4, arbitrary: fc.constant<Told>((scenario) => scenario.hear({ kind: 'mediaOpened' })) },
  {
    weight: 6,
    arbitrary: problem.map(
      (why): Told =>
        (scenario) =>
          scenario.playEnds(why),
    ),
  },
  {
    weight: 6,
    arbitrary: fc.constantFrom('1', '2', '#', '12#').map(
      (keys): Told =>
        (scenario) =>
          scenario.press(keys),
    ),
  },
  {
    weight: 4,
    arbitrary: reply.map(
      (body): Told =>
        (scenario) =>
          scenario.webAnswers(200, body),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Told>((scenario) => scenario.reply({ ok: false, problem: 'refused' })),
  },
  {
    weight: 3,
    arbitrary: fc.option(flow).map(
      (actions): Told =>
        (scenario) =>
          scenario.flowLoads(actions ?? undefined),
    ),
  },
  {
    weight: 6,
    arbitrary: fc.constantFrom(1, 100, 3000, 11_000, 60_000).map(
      (ms): Told =>
        (scenario) =>
          scenario.pass(ms),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constant<Told>((scenario) =>
      scenario.hear({ kind: 'resumeRequested', actionId: scenario.current()?.id ?? nilId }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(
        { kind: 'mediaFailed', problem: 'broken' } as const,
        { kind: 'mediaSilent' } as const,
        { kind: 'mediaClosed', statistics } as const,
        { kind: 'hangupRequested' } as const,
        { kind: 'stopRequested' } as const,
        { kind: 'callEnded', end: { cause: 16 } } as const,
      )
      .map(
        (input): Told =>
          (scenario) =>
            scenario.hear(input),
      ),
  },
);

/** What no decision may ask for once a call is over. */
const ofTheLiving = [
  'play',
  'echo',
  'stopPlay',
  'openMedia',
  'answer',
  'ring',
  'hangup',
  'request',
  'loadFlow',
];

function assertLives(scenario: Scenario): void {
  const lives = new Map<string, string[]>();
  for (const { type, data } of scenario.events) {
    const [resource = '', verb = ''] = type.split('_');
    const key = `${resource} ${String(data['id'])}`;
    lives.set(key, [...(lives.get(key) ?? []), verb]);
  }
  for (const [key, verbs] of lives) {
    const over = verbs.findIndex((verb) => verb === 'hungup' || verb === 'deleted');
    assert.equal(verbs.indexOf('created'), 0, key);
    assert.equal(verbs.lastIndexOf('created'), 0, key);
    assert.ok(over < 0 || over === verbs.length - 1, `${key} after its end: ${verbs.join()}`);
    assert.ok(verbs.indexOf('answered') === verbs.lastIndexOf('answered'), key);
  }
}

/** What one input, or some time, has brought about. `wasOver`: the call was, before. */
function assertSound(scenario: Scenario, decisionsBefore: number, wasOver: boolean): void {
  for (const { events, effects } of scenario.decisions.slice(decisionsBefore)) {
    assert.ok(events.length <= limits.stepsWithoutRest + 4, `${events.length} events in one decision`);
    for (const { body } of events) assert.ok(body.length <= 262_144);
    const asked = effects.map(({ kind }) => kind);
    if (wasOver)
      assert.deepEqual(
        asked.filter((kind) => ofTheLiving.includes(kind)),
        [],
      );
  }
  const live = scenario.centre.size > 0;
  assert.equal(scenario.centre.wakeAt() !== undefined, live, 'a live call has a time to wake at');
  assertLives(scenario);
}

function isOver(scenario: Scenario): boolean {
  return scenario.types().includes('call_hungup');
}

describe('any flow that may be saved, told anything in any order', () => {
  it('keeps its events in order, always has something to wake for, and comes to its end', () => {
    fc.assert(
      fc.property(flow, fc.array(told, { minLength: 5, maxLength: 30 }), (actions, inputs) => {
        fc.pre(checkFlow(actions, randomUUID).ok);
        const scenario = new Scenario();
        scenario.offer(actions);
        for (const tell of inputs) {
          const [decisions, wasOver] = [scenario.decisions.length, isOver(scenario)];
          tell(scenario);
          assertSound(scenario, decisions, wasOver);
        }
        scenario.hear({ kind: 'callEnded', end: { cause: 16 } });
        scenario.pass(5000);
        assertLives(scenario);
        assert.equal(scenario.types().filter((type) => type === 'call_hungup').length, 1);
        assert.equal(scenario.types().filter((type) => type === 'activeflow_deleted').length, 1);
        assert.deepEqual([scenario.centre.size, scenario.centre.wakeAt()], [0, undefined]);
      }),
      { numRuns: 400 },
    );
  });

  it('comes to its end by itself when nothing is ever told', () => {
    fc.assert(
      fc.property(flow, (actions) => {
        fc.pre(checkFlow(actions, randomUUID).ok);
        const scenario = new Scenario({ longestCallMs: 60_000 });
        scenario.offer(actions);
        scenario.pass(200_000);
        assertLives(scenario);
        assert.equal(scenario.types().filter((type) => type === 'call_hungup').length, 1);
        assert.equal(scenario.types().filter((type) => type === 'activeflow_deleted').length, 1);
        assert.deepEqual([scenario.centre.size, scenario.centre.wakeAt()], [0, undefined]);
      }),
      { numRuns: 200 },
    );
  });
});
