import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type PartialAction, Scenario } from '../../scenario.node.ts';

const block: PartialAction = { type: 'block' };

function sending(option = {}): Scenario {
  return Scenario.answered([
    { type: 'answer' },
    { type: 'webhook_send', option: { uri: 'http://127.0.0.1/hook', ...option } },
    block,
  ]);
}

describe('webhook_send', () => {
  it('sends an empty POST of JSON unless told otherwise, and goes on at once', () => {
    const scenario = sending();
    assert.deepEqual(scenario.lastEffect('request'), {
      kind: 'request',
      callId: scenario.callId,
      request: '',
      method: 'POST',
      url: 'http://127.0.0.1/hook',
      contentType: 'application/json',
      body: '',
      timeoutMs: 10_000,
      maxBytes: 65_536,
    });
    assert.equal(scenario.current().type, 'block');
  });

  it('sends what it is told, filled in', () => {
    for (const method of ['POST', 'GET', 'PUT', 'DELETE'])
      assert.equal(sending({ method }).lastEffect('request')?.method, method);
    assert.equal(sending({ method: '' }).lastEffect('request')?.method, 'POST');
    const { url, contentType, body } =
      sending({
        uri: 'http://127.0.0.1/${parley.call.direction}',
        data_type: 'text/${kind}plain',
        data: 'from ${parley.call.source.target}',
      }).lastEffect('request') ?? {};
    assert.deepEqual(
      [url, contentType, body],
      ['http://127.0.0.1/incoming', 'text/plain', 'from +821100000002'],
    );
    assert.equal(sending({ data_type: '' }).lastEffect('request')?.contentType, 'application/json');
  });

  it('waits for the answer when it is sync', () => {
    const scenario = sending({ sync: true });
    assert.notEqual(scenario.lastEffect('request')?.request, '');
    scenario.press('1');
    scenario.hear({ kind: 'resumeRequested', actionId: scenario.current().id });
    assert.equal(scenario.current().type, 'webhook_send');
    scenario.webAnswers(204);
    assert.equal(scenario.current().type, 'block');
  });

  it('that is sync ends the activeflow unless it is answered 2xx in time', () => {
    const ends: readonly (readonly [(scenario: Scenario) => void, RegExp])[] = [
      [(scenario) => scenario.webAnswers(199), /answered 199, wanted 2xx/],
      [(scenario) => scenario.webAnswers(300), /answered 300, wanted 2xx/],
      [(scenario) => scenario.webAnswers(500), /answered 500, wanted 2xx/],
      [(scenario) => scenario.reply({ ok: false, problem: 'refused' }), /webhook_send: refused/],
      [(scenario) => scenario.pass(11_000), /no answer in time/],
    ];
    for (const [end, why] of ends) {
      const scenario = sending({ sync: true });
      end(scenario);
      assert.equal(scenario.types().at(-1), 'activeflow_deleted');
      assert.match(scenario.reports().join(), why);
    }
  });

  it('ends the activeflow when a variable has made it a request that cannot be sent', () => {
    const set: PartialAction = { type: 'variable_set', option: { key: 'v', value: 'a\r\nX-Evil: 1' } };
    for (const [option, why] of [
      [{ uri: '${nothing}' }, /option\.uri must not be empty/],
      [{ uri: 'http://x/', data_type: '${v}' }, /option\.data_type may hold only printable ASCII/],
    ] as const) {
      const scenario = Scenario.answered([{ type: 'answer' }, set, { type: 'webhook_send', option }, block]);
      assert.match(scenario.reports().join(), why);
      assert.equal(scenario.lastEffect('request'), undefined);
    }
  });
});
