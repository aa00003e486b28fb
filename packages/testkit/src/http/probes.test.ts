import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createApi } from './api-under-test.ts';

describe('probes', () => {
  it('say that the process is up, with no key', async () => {
    const api = await createApi();
    assert.deepEqual(await api.ok('ping', { key: undefined }), { status: 'up' });
  });

  it('say whether it serves, and why not', async () => {
    const api = await createApi();
    assert.deepEqual(await api.ok('ready', { key: undefined }), { status: 'ready' });
    api.readiness = { ok: false, why: 'the server is draining' };
    const answer = await api.send('GET', '/ready', { key: undefined });
    assert.equal(answer.status, 503);
    assert.equal(answer.headers['retry-after'], '2');
    assert.partialDeepStrictEqual(answer.body, {
      error: { reason: 'UNAVAILABLE', message: 'Not now: the server is draining.' },
    });
    await api.ok('ping', { key: undefined });
  });

  it('count requests by operation and status, and name nothing that a client makes up', async () => {
    const api = await createApi();
    await api.ok('getMe');
    await api.send('GET', '/v1.0/me', { key: undefined });
    await api.send('GET', '/made/up/path');
    const answer = await api.send('GET', '/metrics', { key: undefined });
    assert.match(answer.headers['content-type'] ?? '', /^text\/plain; version=/);
    const text = String(answer.body);
    for (const line of [
      'parley_http_requests_total{operation="getMe",status="200"} 1',
      'parley_http_requests_total{operation="getMe",status="401"} 1',
      'parley_http_requests_total{operation="none",status="404"} 1',
      'parley_http_request_duration_seconds_count{operation="getMe"} 2',
      'parley_http_event_waiters 0',
    ]) {
      assert.ok(text.includes(line), line);
    }
    assert.ok(!text.includes('made'));
  });

  it('describe the API', async () => {
    const api = await createApi();
    const document = await api.ok('getOpenapi', { key: undefined });
    assert.partialDeepStrictEqual(document, { info: { title: 'Parley' } });
  });
});

describe('the pages of the API', () => {
  it('are found from the root', async () => {
    const api = await createApi();
    const answer = await api.send('GET', '/', { key: undefined });
    assert.deepEqual([answer.status, answer.headers['location']], [302, '/docs']);
  });

  it('refer to nothing that this server does not have', async () => {
    const api = await createApi();
    const page = String((await api.send('GET', '/docs', { key: undefined })).body);
    const scripts = ['docs', 'element', 'schema', 'try-it'].map((name) => `/docs/${name}.js`);
    const references = [...page.matchAll(/(?:src|href)="([^"#]+)"/g)].map((match) => match[1] ?? '');
    const local = references.filter((reference) => reference !== 'data:,');
    assert.ok(local.includes('/docs/docs.css') && local.includes('/docs/docs.js'));
    for (const path of new Set([...local, ...scripts])) {
      const answer = await api.send('GET', path, { key: undefined });
      assert.equal(answer.status, 200, path);
      assert.ok(!/\bhttps?:\/\//.test(path === '/openapi.json' ? '' : String(answer.body)), path);
    }
  });

  it('load, run and send nothing elsewhere, and make no HTML out of text', async () => {
    const api = await createApi();
    const paths = ['/docs', '/docs/docs.js', '/docs/element.js', '/docs/schema.js', '/docs/try-it.js'];
    for (const path of paths) {
      const { headers, body } = await api.send('GET', path, { key: undefined });
      const policy = headers['content-security-policy'] ?? '';
      assert.ok(policy.startsWith("default-src 'none'; script-src 'self'; style-src 'self'"), path);
      assert.ok(!policy.includes('unsafe'), path);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.ok(
        !/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|\sstyle=|\son\w+=/.test(
          String(body),
        ),
        path,
      );
    }
  });
});
