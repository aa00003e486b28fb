import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Compile } from 'typebox/compile';
import { errorReasons } from './errors.ts';
import { nilId } from './ids.ts';
import { operationIds, operations, possibleErrors } from './operations.ts';
import type { Operation } from './operations/operation.ts';

const all: readonly (readonly [string, Operation])[] = operationIds.map((id) => [id, operations[id]]);

function bodyCheck(operation: Operation): (value: unknown) => boolean {
  assert.ok(operation.body);
  const validator = Compile(operation.body);
  return (value) => validator.Check(value);
}

test('no two operations are the same request', () => {
  const requests = all.map(([, { method, path }]) => `${method} ${path}`);
  assert.equal(new Set(requests).size, requests.length);
});

test('the parameters of a path are those that it names', () => {
  for (const [id, { path, params }] of all) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    assert.deepEqual(Object.keys(params?.properties ?? {}), named, id);
  }
});

test('the API is under /v1.0 and needs a key, but for a login; what watches the process needs none', () => {
  for (const [id, { path, auth }] of all) {
    assert.equal(path.startsWith('/v1.0/'), auth === 'key' || id === 'loginAgent', id);
  }
});

test('the token of an agent opens what is about the agent, and is refused by name everywhere else', () => {
  const opened = all.filter(([, { agents }]) => agents === true).map(([id]) => id);
  assert.deepEqual(opened, [
    'getMe',
    'getAgent',
    'updateAgentStatus',
    'changeAgentWrapUp',
    'logoutAgent',
    'getAgentStatistics',
    'listQueuecalls',
    'getQueuecall',
    'getQueuecallOfCall',
    'listCalls',
    'getCall',
    'superviseCall',
    'getSupervision',
    'updateSupervision',
    'endSupervision',
  ]);
  for (const [id, operation] of all) {
    const refused = operation.auth === 'key' && operation.agents !== true;
    const byPermission = operation.path.endsWith('/supervision');
    assert.equal(possibleErrors(operation).includes('PERMISSION_DENIED'), refused || byPermission, id);
  }
});

test('reading takes no body, and the operations of the release are there', () => {
  for (const [id, { method, body }] of all) {
    assert.ok(body === undefined || method === 'POST' || method === 'PUT', id);
  }
  assert.equal(operationIds.length, 134);
});

test('unknown keys are refused, in the body, the query and the path', () => {
  for (const [id, { body, query, params }] of all) {
    for (const schema of [body, query, params]) {
      if (schema === undefined) continue;
      const errors = Compile(schema).Errors({ colour: 'red' });
      assert.ok(
        errors.some(
          ({ keyword, params }) =>
            keyword === 'additionalProperties' && JSON.stringify(params).includes('colour'),
        ),
        id,
      );
    }
  }
});

test('an update may send nothing at all, or any one of its keys, unless it is of one thing alone', () => {
  const ofOneThing = /\/(addresses|tag_ids|status|permission|password|routing_method|supervision)$/;
  const updates = all.filter(
    ([, { method, path, body }]) => method === 'PUT' && body !== undefined && !ofOneThing.test(path),
  );
  assert.equal(updates.length, 15);
  for (const [id, operation] of updates) assert.ok(bodyCheck(operation)({}), id);
  assert.ok(bodyCheck(operations.updateCustomer)({ webhook_uri: '' }));
  assert.ok(bodyCheck(operations.updateNumberFlowIds)({ call_flow_id: nilId }));
  assert.ok(bodyCheck(operations.updateFlow)({ actions: [] }));
});

test('an action as it was read can be sent back, with what only a running one has and null for no option', () => {
  const check = bodyCheck(operations.createFlow);
  const action = { id: nilId, next_id: nilId, type: 'talk', option: { text: 'Hello' } };
  assert.ok(check({ actions: [action, { type: 'hangup' }, { type: 'answer', option: null }] }));
  assert.ok(check({ actions: [{ ...action, tm_execute: '2027-03-09 09:30:00.000000000' }] }));
  assert.ok(!check({ actions: [{ ...action, option: [] }] }));
  assert.ok(!check({ actions: [{ id: nilId }] }));
  assert.ok(!check({ actions: [{ type: '' }] }));
  assert.ok(!check({}));
});

test('a webhook address is http, https or empty', () => {
  const check = bodyCheck(operations.updateCustomer);
  for (const uri of [
    '',
    'http://127.0.0.1:9000/hook',
    'https://bakery.example',
    'HTTPS://bakery.example/a?b=c#d',
  ]) {
    assert.ok(check({ webhook_uri: uri }), uri);
  }
  const wrong = [
    'ftp://bakery.example',
    'bakery.example',
    'https://',
    'http:///path',
    'https://a b',
    `http://${'a'.repeat(2042)}`,
  ];
  for (const uri of wrong) assert.ok(!check({ webhook_uri: uri }), uri);
});

test('a number is E.164 or a dial string', () => {
  const check = bodyCheck(operations.createNumber);
  for (const number of ['+15550100100', '1000', '*97', 'front-desk', 'a'.repeat(64)])
    assert.ok(check({ number }), number);
  const wrong = ['', '+', '+1', '+0123', '+1234567890123456', '10 00', 'a@b', 'sip:1000', 'a'.repeat(65)];
  for (const number of wrong) assert.ok(!check({ number }), number);
});

test('a key is in force for up to ten years, or for ever', () => {
  const check = bodyCheck(operations.createAccesskey);
  for (const expire of [0, 1, 315_576_000]) assert.ok(check({ expire }), String(expire));
  for (const expire of [-1, 1.5, 315_576_001, '60']) assert.ok(!check({ expire }), String(expire));
});

test('the event feed takes a cursor, a limit, types and a time to wait, each within its bounds', () => {
  const { query } = operations.listEvents;
  const validator = Compile(query);
  const right = [
    {},
    { after: '' },
    { after: 'ZTEuNDI', limit: 1000, type: 'call_created,call_hungup', wait: 55 },
  ];
  for (const value of right) assert.ok(validator.Check(value), JSON.stringify(value));
  const wrong = [
    { limit: 0 },
    { limit: 1001 },
    { wait: 56 },
    { wait: -1 },
    { type: '' },
    { type: 'a,,b' },
    { after: 'a b' },
  ];
  for (const value of wrong) assert.ok(!validator.Check(value), JSON.stringify(value));
});

test('the possible errors of an operation follow from what it takes', () => {
  assert.deepEqual(possibleErrors(operations.ping), ['INTERNAL']);
  assert.deepEqual(possibleErrors(operations.ready), ['INTERNAL', 'UNAVAILABLE']);
  assert.deepEqual(possibleErrors(operations.getCall), [
    'AUTHENTICATION_REQUIRED',
    'INVALID_CREDENTIALS',
    'INVALID_ID',
    'CALL_NOT_FOUND',
    'RATE_LIMIT_EXCEEDED',
    'INTERNAL',
    'UNAVAILABLE',
  ]);
  const ofUpdate = possibleErrors(operations.updateFlow);
  for (const reason of [
    'INVALID_JSON_BODY',
    'PAYLOAD_TOO_LARGE',
    'INVALID_ARGUMENT',
    'INVALID_FLOW',
    'CONFLICT',
  ] as const) {
    assert.ok(ofUpdate.includes(reason), reason);
  }
});

test('a command to a live call loses no race: it is decided where the call is', () => {
  for (const operation of [operations.hangupCall, operations.stopActiveflow, operations.resumeActiveflow]) {
    assert.ok(!possibleErrors(operation).includes('CONFLICT'), operation.summary);
  }
});

test("every reason that belongs to no request in general is some operation's, or the router's", () => {
  const agreed: readonly Operation[] = Object.values(operations);
  const used = new Set(agreed.flatMap((operation) => possibleErrors(operation)));
  const unused = errorReasons.filter((reason) => !used.has(reason));
  assert.deepEqual(unused, ['ROUTE_NOT_FOUND', 'METHOD_NOT_ALLOWED', 'RESOURCE_NOT_FOUND']);
});
