import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createApi, until } from './api-under-test.ts';
import { exampleCall } from './example-rows.ts';

const id = '00000000-0000-4000-8000-000000000000';

describe('a body', () => {
  it('that is not JSON is refused with the place', async () => {
    const api = await createApi();
    const json = { 'content-type': 'application/json' };
    const cases = [
      ['{"name": oops}', 'The body is not JSON: unexpected "o" at line 1, column 10.'],
      ['{"name": "x"', 'The body is not JSON: it ends too early at line 1, column 13.'],
      [Buffer.from([0x7b, 0xff, 0x7d]), 'The body is not JSON: it is not UTF-8.'],
    ] as const;
    for (const [text, message] of cases) {
      const error = await api.refused('createTag', { text, headers: json });
      assert.deepEqual([error.reason, error.message], ['INVALID_JSON_BODY', message]);
    }
  });

  it('is read as JSON when it does not say what it is, and not when it says that it is something else', async () => {
    const api = await createApi();
    const text = Buffer.from('{"name":"x"}');
    await api.ok('createTag', { text });
    await api.ok('createTag', { text, headers: { 'content-type': 'application/json; charset=utf-8' } });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'nonsense']) {
      const error = await api.refused('createTag', { text, headers: { 'content-type': type } });
      assert.equal(error.reason, 'UNSUPPORTED_MEDIA_TYPE');
      assert.ok(error.message.includes(type));
    }
  });

  it('that is missing or no object is refused', async () => {
    const api = await createApi();
    for (const request of [{}, { body: [] }, { body: null }, { body: 'x' }]) {
      const error = await api.refused('createTag', request);
      assert.equal(error.reason, 'INVALID_ARGUMENT');
      assert.equal(error.message, 'The request is not as it should be: the body has to be an object.');
    }
  });

  it('that is too large is refused, with or without saying so beforehand', async () => {
    const api = await createApi({ bodyBytes: 1000 });
    const error = await api.refused('createTag', { body: { name: 'x', detail: 'y'.repeat(1000) } });
    assert.equal(error.reason, 'PAYLOAD_TOO_LARGE');
    assert.match(error.message, /1000 bytes/);
    await api.ok('createTag', { body: { name: 'x', detail: 'y'.repeat(900) } });
  });

  it('may not hold what no text may, be nested without end, or reach for prototypes', async () => {
    const api = await createApi();
    const flow = (option: string): string => `{"actions":[{"type":"talk","option":${option}}]}`;
    const cases = [
      [flow('{"text":"a\\u0000b"}'), 'actions[0].option.text'],
      [flow('{"__proto__":{"x":1}}'), 'actions[0].option.__proto__'],
      [flow(`${'['.repeat(40)}${']'.repeat(40)}`), `actions[0].option${'[0]'.repeat(29)}`],
      [flow('['.repeat(100_000) + ']'.repeat(100_000)), `actions[0].option${'[0]'.repeat(29)}`],
    ] as const;
    for (const [text, path] of cases) {
      const error = await api.refused('createFlow', { text });
      assert.equal(error.reason, 'INVALID_ARGUMENT');
      assert.partialDeepStrictEqual(error.details, [{ in: 'body', path }]);
    }
  });

  it('is not looked at where none is taken', async () => {
    const api = await createApi();
    const { id } = await api.ok('createTag', { body: { name: 'x' } });
    await api.ok('deleteTag', {
      params: { id },
      text: 'whatever',
      headers: { 'content-type': 'text/plain' },
    });
    await api.ok('rotateWebhookSecret', { headers: { 'content-type': 'application/json' } });
  });
});

describe('an id in a path', () => {
  it('that is none is told from one that is not there', async () => {
    const api = await createApi();
    for (const wrong of ['1', 'x', id.toUpperCase().replace('0', 'A'), `${id}0`, encodeURIComponent('ä/b')]) {
      const error = await api.refused('getTag', { params: { id: wrong } });
      assert.equal(error.reason, 'INVALID_ID', wrong);
      assert.ok(error.message.includes(decodeURIComponent(wrong)));
    }
    assert.equal((await api.refused('getTag', { params: { id } })).reason, 'TAG_NOT_FOUND');
  });

  it('of any length does no harm', async () => {
    const api = await createApi();
    for (const length of [100, 500, 2_000, 8_000]) {
      const answer = await api.send('GET', `/v1.0/tags/${'x'.repeat(length)}`);
      assert.equal(answer.status, 400);
    }
  });
});

describe('what does not exist', () => {
  it('is answered with 404 in the form of all errors, with or without a key', async () => {
    const api = await createApi();
    for (const path of ['/v1.0/nothing', '/v2.0/calls', '/v1.0/tags/x/y', '/favicon.ico', '/v1x0/me']) {
      const answer = await api.send('GET', path, { key: undefined });
      assert.equal(answer.status, 404, path);
      assert.partialDeepStrictEqual(answer.body, { error: { reason: 'ROUTE_NOT_FOUND' } });
    }
  });

  it('is answered with 405 when only the method is wrong, and with what would be right', async () => {
    const api = await createApi();
    const cases = [
      ['PATCH', '/v1.0/tags', 'GET, HEAD, POST'],
      ['POST', `/v1.0/tags/${id}`, 'DELETE, GET, HEAD, PUT'],
      ['OPTIONS', `/v1.0/calls/${id}/hangup`, 'POST'],
      ['POST', '/ping', 'GET, HEAD'],
      ['DELETE', '/docs', 'GET, HEAD'],
    ] as const;
    for (const [method, path, allow] of cases) {
      const answer = await api.send(method, path, { text: '{' });
      assert.equal(answer.status, 405, path);
      assert.equal(answer.headers['allow'], allow);
      assert.partialDeepStrictEqual(answer.body, { error: { reason: 'METHOD_NOT_ALLOWED' } });
    }
  });

  it('is answered when the path itself is malformed', async () => {
    const api = await createApi();
    const id = await api.send('GET', '/v1.0/tags/%zz');
    assert.partialDeepStrictEqual(id.body, {
      error: { reason: 'INVALID_ID', message: '"%zz" is not an id.' },
    });
    const path = await api.send('GET', '/%zz');
    assert.partialDeepStrictEqual(path.body, { error: { reason: 'ROUTE_NOT_FOUND' } });
  });

  it('is not missed for a slash at the end', async () => {
    const api = await createApi();
    assert.deepEqual((await api.send('GET', '/v1.0/tags/')).body, { result: [], next_page_token: '' });
    assert.equal((await api.send('PATCH', '/v1.0/tags/')).status, 405);
  });
});

describe('every answer', () => {
  it('has the id of its request, the one that the client chose if that is fit for a log', async () => {
    const api = await createApi();
    assert.match((await api.send('GET', '/v1.0/me')).headers['x-request-id'] ?? '', /^req_[0-9a-f-]{36}$/);
    const chosen = await api.send('GET', '/v1.0/nothing', { headers: { 'x-request-id': 'my-1' } });
    assert.equal(chosen.headers['x-request-id'], 'my-1');
    for (const unfit of ['a b', 'x'.repeat(65), 'a"b', 'ä']) {
      const answer = await api.send('GET', '/ping', { headers: { 'x-request-id': unfit } });
      assert.match(answer.headers['x-request-id'] ?? '', /^req_/);
    }
  });

  it('is kept by nobody on the way', async () => {
    const api = await createApi();
    const { headers } = await api.send('GET', '/v1.0/me');
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['x-content-type-options'], 'nosniff');
  });

  it('to HEAD is that to GET without its body', async () => {
    const api = await createApi();
    const answer = await api.send('HEAD', '/v1.0/me');
    assert.deepEqual([answer.status, answer.body], [200, '']);
    assert.equal((await api.send('HEAD', '/v1.0/me', { key: undefined })).status, 401);
  });
});

describe('a failure inside', () => {
  it('is logged under the id of the request, and tells the client nothing', async () => {
    const api = await createApi();
    api.commands.hangup = async () => {
      throw new Error('secret detail');
    };
    const call = await givenCallId(api);
    const error = await api.refused('hangupCall', { params: { id: call } });
    assert.equal(error.reason, 'INTERNAL');
    assert.ok(!JSON.stringify(error).includes('secret detail'));
    const line = api.logged.find((text) => text.includes('secret detail')) ?? '';
    assert.ok(line.includes(error.request_id));
  });

  it('of the store to read or write asks the client to come back', async () => {
    const api = await createApi();
    const get = api.reads.get;
    api.reads.get = async () => {
      throw new Error('connection lost');
    };
    const read = await api.send('GET', `/v1.0/tags/${id}`);
    assert.equal(read.status, 503);
    assert.equal(read.headers['retry-after'], '2');
    assert.ok(!JSON.stringify(read.body).includes('connection lost'));
    api.reads.get = get;
    api.beforeCommit = async () => {
      throw new Error('disk full');
    };
    const written = await api.refused('createTag', { body: { name: 'x' } });
    assert.deepEqual(
      [written.reason, written.message],
      ['UNAVAILABLE', 'Not now: nothing can be written at present.'],
    );
    assert.ok(api.logged.some((line) => line.includes('disk full')));
  });

  it('of the store to look a key up asks the client to come back, and costs no try', async () => {
    const api = await createApi({ wrongKeyRate: { perSecond: 1, burst: 2 } });
    const find = api.reads.find;
    api.reads.find = async () => {
      throw new Error('connection lost');
    };
    for (let request = 0; request < 5; request += 1) {
      assert.equal((await api.refused('getMe')).reason, 'UNAVAILABLE');
    }
    api.reads.find = find;
    await api.ok('getMe');
  });

  it('to write in time is told after a while; the change counts when it comes through', async () => {
    const api = await createApi();
    let release = (): void => undefined;
    let begun = false;
    api.beforeCommit = () =>
      new Promise((resolve) => {
        begun = true;
        release = resolve;
      });
    const waiting = api.refused('updateCustomer', { body: { name: 'Late' } });
    await until(() => begun);
    api.advance(10_000);
    const error = await waiting;
    assert.equal(error.reason, 'UNAVAILABLE');
    assert.match(error.message, /may become so later/);
    release();
    await until(() => api.changedCustomers.length > 0);
    assert.equal((await api.ok('getCustomer')).name, 'Late');
  });
});

async function givenCallId(api: Awaited<ReturnType<typeof createApi>>): Promise<string> {
  const row = exampleCall(api.chance.id(), api.customerId);
  await api.put({ kind: 'call', row });
  return row.id;
}
