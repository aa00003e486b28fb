import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Action } from '@parley/contract';
import { limits } from '../../limits.ts';
import { id, type PartialAction, Scenario } from '../../scenario.node.ts';

const block: PartialAction = { type: 'block' };
const fetch = (option = {}): PartialAction => ({
  type: 'fetch',
  option: { event_url: 'http://127.0.0.1/flow', ...option },
});

function fetching(option = {}): Scenario {
  return Scenario.answered([{ type: 'answer' }, fetch(option), block]);
}

/** The activeflow has ended for this reason, and the call is being ended. */
function assertEnded(scenario: Scenario, why: RegExp): void {
  assert.equal(scenario.types().at(-1), 'activeflow_deleted');
  assert.equal(scenario.kinds().at(-1), 'hangup');
  assert.match(scenario.reports().join(), why);
}

describe('fetch', () => {
  it('asks by POST, with the ids of activeflow and call', () => {
    const scenario = fetching();
    const { request: _, ...asked } = scenario.lastEffect('request') ?? { request: '' };
    assert.deepEqual(asked, {
      kind: 'request',
      callId: scenario.callId,
      method: 'POST',
      url: 'http://127.0.0.1/flow',
      contentType: 'application/json; charset=utf-8',
      body: JSON.stringify({
        activeflow_id: scenario.last('activeflow_created')['id'],
        reference_id: scenario.callId,
      }),
      timeoutMs: 10_000,
      maxBytes: 262_144,
    });
  });

  it('asks by the method it names, at the address as it is filled in', () => {
    for (const event_method of ['POST', 'GET', 'PUT', 'DELETE'])
      assert.equal(fetching({ event_method }).lastEffect('request')?.method, event_method);
    assert.equal(fetching({ event_method: '' }).lastEffect('request')?.method, 'POST');
    const filled = fetching({ event_url: 'http://127.0.0.1/?from=${parley.call.source.target}' });
    assert.equal(filled.lastEffect('request')?.url, 'http://127.0.0.1/?from=+821100000002');
  });

  it('runs what it is answered, then goes on behind itself', () => {
    const scenario = fetching();
    scenario.webAnswers(200, [{ type: 'beep' }, { type: 'beep' }]);
    const shown = (scenario.last('activeflow_updated')['actions'] as Action[]).map(({ type }) => type);
    assert.deepEqual(shown, ['answer', 'fetch', 'beep', 'beep', 'block']);
    scenario.playEnds();
    scenario.playEnds();
    assert.deepEqual(scenario.path(), ['answer', 'fetch', 'beep', 'beep', 'block']);
    assert.equal((scenario.last('activeflow_updated')['actions'] as Action[]).length, 3);
  });

  it('goes on when it is answered no actions', () => {
    const scenario = fetching();
    scenario.webAnswers(200, []);
    assert.deepEqual(scenario.path(), ['answer', 'fetch', 'block']);
  });

  it('gives fresh ids to actions without, each time', () => {
    const scenario = Scenario.answered([{ type: 'answer' }, { ...fetch(), id: id(5), next_id: id(5) }]);
    const ids = [1, 2].map(() => {
      scenario.webAnswers(200, [{ type: 'beep' }]);
      const { id: beepId } = scenario.current();
      scenario.playEnds();
      return beepId;
    });
    assert.equal(new Set(ids).size, 2);
    assert.equal(scenario.current().type, 'fetch');
  });

  it('asks while the call rings; what it is answered may answer', () => {
    const scenario = new Scenario();
    scenario.offer([fetch(), block]);
    assert.deepEqual(scenario.kinds(), ['request', 'ring']);
    scenario.webAnswers(200, [{ type: 'answer' }, { type: 'beep' }]);
    assert.equal(scenario.kinds().at(-1), 'openMedia');
    scenario.hear({ kind: 'mediaOpened' });
    assert.deepEqual(scenario.path(), ['fetch', 'answer', 'beep']);
  });

  it('keeps keys that are pressed meanwhile', () => {
    const scenario = fetching();
    scenario.press('4');
    scenario.webAnswers(200, [{ type: 'talk', option: { text: '${parley.call.digits}' } }]);
    assert.equal(scenario.current().option?.['text'], '4');
  });

  it('may be answered a way back into the flow around it', () => {
    const scenario = Scenario.answered([{ type: 'beep', id: id(5) }, fetch(), block]);
    scenario.playEnds();
    scenario.webAnswers(200, [
      { type: 'goto', option: { target_id: id(5), loop_count: 1 } },
      { type: 'hangup' },
    ]);
    assert.deepEqual(scenario.path(), ['beep', 'fetch', 'goto', 'beep']);
    assert.equal((scenario.last('activeflow_updated')['actions'] as Action[]).length, 3);
    scenario.playEnds();
    scenario.webAnswers(200, []);
    assert.equal(scenario.current().type, 'block');
  });

  it('ends the activeflow, and the call, when what it is answered is no flow', () => {
    const answers: readonly (readonly [number, unknown, RegExp])[] = [
      [404, [], /fetch: answered 404, wanted 200/],
      [201, [], /fetch: answered 201, wanted 200/],
      [200, '', /fetch: the answer is not JSON/],
      [200, '[{', /fetch: the answer is not JSON/],
      [200, {}, /fetch: actions has to be a list of actions/],
      [200, 'null', /fetch: actions has to be a list of actions/],
      [200, [{ type: 'nonsense' }], /fetch: actions\[0\]\.type "nonsense" is no action type/],
      [200, [{ type: 'talk' }], /fetch: actions\[0\]\.option\.text is needed by talk/],
      [
        200,
        [{ type: 'goto', option: { target_id: id(99) } }],
        /fetch: actions\[0\]\.option\.target_id no action/,
      ],
      [200, [{ type: 'branch', option: { target_ids: { '\n': { toString: 1 } } } }], /has to be a text/],
      [200, `[{"type":${'['.repeat(50_000)}${']'.repeat(50_000)}}]`, /has to be an action type/],
    ];
    for (const [status, body, why] of answers) {
      const scenario = fetching();
      scenario.webAnswers(status, body);
      assertEnded(scenario, why);
    }
  });

  it('ends the activeflow when there is no answer, or none in time', () => {
    const refused = fetching();
    refused.reply({ ok: false, problem: 'connection refused' });
    assertEnded(refused, /fetch: connection refused/);
    const slow = fetching();
    slow.pass(limits.requestMs + 1000);
    assertEnded(slow, /fetch: no answer in time/);
    slow.webAnswers(200, [{ type: 'beep' }]);
    assert.equal(slow.current().type, 'fetch');
  });

  it('ends the activeflow when its address is empty once it is filled in', () => {
    const scenario = fetching({ event_url: '${nothing}' });
    assertEnded(scenario, /fetch: option\.event_url must not be empty/);
    assert.equal(scenario.lastEffect('request'), undefined);
  });

  it('is not resumed by the API, nor skipped by keys', () => {
    const scenario = fetching();
    scenario.hear({ kind: 'resumeRequested', actionId: scenario.current().id });
    scenario.press('1');
    assert.equal(scenario.current().type, 'fetch');
    assert.deepEqual(scenario.reports(), []);
  });

  it('hears an answer for a caller who is gone as nothing', () => {
    const scenario = fetching();
    scenario.hear({ kind: 'callEnded', end: { cause: 16 } });
    const events = scenario.events.length;
    scenario.webAnswers(200, [{ type: 'beep' }]);
    assert.equal(scenario.events.length, events);
  });
});

describe('fetch_flow', () => {
  const fetchFlow: PartialAction = { type: 'fetch_flow', option: { flow_id: id(7) } };

  it('reads the flow for the customer of the call, and runs it', () => {
    const scenario = Scenario.answered([fetchFlow, block]);
    const { request: _, ...asked } = scenario.lastEffect('loadFlow') ?? { request: '' };
    assert.deepEqual(asked, {
      kind: 'loadFlow',
      callId: scenario.callId,
      customerId: id(9001),
      flowId: id(7),
    });
    scenario.flowLoads([{ type: 'sleep', option: { duration: 10 } }]);
    scenario.pass(10);
    assert.deepEqual(scenario.path(), ['fetch_flow', 'sleep', 'block']);
  });

  it('runs a flow without actions as nothing', () => {
    const scenario = Scenario.answered([fetchFlow, block]);
    scenario.flowLoads([]);
    assert.deepEqual(scenario.path(), ['fetch_flow', 'block']);
  });

  it('ends the activeflow when there is no such flow, when it cannot run any more, or is not read in time', () => {
    const gone = Scenario.answered([fetchFlow, block]);
    gone.flowLoads(undefined);
    assertEnded(gone, /fetch_flow: there is no flow 00000000-0000-4000-8000-000000000007/);
    const old = Scenario.answered([fetchFlow, block]);
    old.flowLoads([{ type: 'agent_call' }]);
    assertEnded(old, /fetch_flow: actions\[0\]\.type "agent_call" is no action type/);
    const slow = Scenario.answered([fetchFlow, block]);
    slow.pass(limits.requestMs);
    assertEnded(slow, /fetch_flow: the flow could not be read in time/);
  });
});
