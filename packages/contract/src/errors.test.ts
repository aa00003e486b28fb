import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { Compile } from 'typebox/compile';
import {
  apiError,
  ErrorBody,
  errorBody,
  errorReasons,
  errorStatuses,
  errorTable,
  type ErrorEntry,
} from './errors.ts';
import { flowProblemReasons } from './error-details.ts';

const body = Compile(ErrorBody);

/** HTTP statuses that belong to a status; where one allows several, the reason is in the entry. */
const httpOf: Readonly<Record<string, readonly number[]>> = {
  INVALID_ARGUMENT: [400, 405, 413, 415, 416],
  UNAUTHENTICATED: [401],
  PERMISSION_DENIED: [403],
  NOT_FOUND: [404],
  ALREADY_EXISTS: [409],
  FAILED_PRECONDITION: [409],
  RESOURCE_EXHAUSTED: [429],
  INTERNAL: [500],
  UNAVAILABLE: [503],
};

const entries: readonly (readonly [string, ErrorEntry])[] = Object.entries(errorTable);

test('every reason has a status, an HTTP status that belongs to it, a message and a remedy', () => {
  assert.deepEqual(Object.keys(httpOf), [...errorStatuses]);
  for (const [reason, { status, http, message, remedy }] of entries) {
    assert.ok(httpOf[status]?.includes(http), `${reason}: ${status} is not HTTP ${http}`);
    assert.match(message, /\.$/, reason);
    assert.match(remedy, /\.$/, reason);
    assert.match(reason, /^[A-Z]+(_[A-Z]+)*$/);
  }
});

test('no two reasons say the same', () => {
  const messages = entries.map(([, { message }]) => message);
  assert.equal(new Set(messages).size, messages.length);
});

test('a message is filled with the values of the case', () => {
  const error = apiError('METHOD_NOT_ALLOWED', { method: 'PATCH', path: '/v1.0/calls' });
  assert.equal(error.message, '/v1.0/calls does not take PATCH.');
  assert.equal(error.details, undefined);
});

test('a value that looks like a slot or a pattern is taken as it is', () => {
  assert.equal(apiError('INVALID_ID', { id: '{id}$&' }).message, '"{id}$&" is not an id.');
});

test('the body has the published form, its keys in order, with details only when there are any', () => {
  const plain = errorBody(apiError('INTERNAL', {}), 'req_1');
  assert.deepEqual(Object.keys(plain.error), ['status', 'reason', 'message', 'request_id']);
  assert.equal(plain.error.status, 'INTERNAL');
  const detail = { in: 'body', path: 'colour', reason: 'unknown_key', message: 'is not known' } as const;
  const detailed = errorBody(
    apiError('INVALID_ARGUMENT', { problem: 'colour is not known' }, [detail]),
    'req_2',
  );
  assert.deepEqual(detailed.error.details, [detail]);
  for (const one of [plain, detailed]) assert.ok(body.Check(one));
});

test('a body whose reason is not in the registry is not one of ours', () => {
  const error = { status: 'INTERNAL', reason: 'OOPS', message: '', request_id: '' };
  assert.ok(!body.Check({ error }));
});

test('the reference tells about each reason, and about no other', async () => {
  const page = await readFile(new URL('../../../docs/reference/errors.md', import.meta.url), 'utf8');
  const headings = [...page.matchAll(/^## ([A-Z_]+)$/gm)].map(([, heading]) => heading);
  assert.deepEqual(headings, [...errorReasons]);
  for (const [reason, { remedy }] of entries)
    assert.ok(page.includes(remedy), `${reason}: its remedy is missing`);
  for (const [reason, meaning] of Object.entries(flowProblemReasons)) {
    assert.ok(page.includes(`| \`${reason}\` | ${meaning} |`), reason);
  }
});
