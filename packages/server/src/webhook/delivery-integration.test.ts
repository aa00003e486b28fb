import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { createOutboundHttp, type OutboundHttp } from '../outbound/outbound-http.ts';
import { createTargetPolicy } from '../outbound/target-policy.ts';
import { type Answer, LocalReceiver, type ReceivedRequest } from '../outbound/testing/local-receiver.ts';
import { createDeliverer, type Deliverer } from './deliverer.ts';
import type { Endpoint } from './endpoint.ts';
import { createSender } from './sender.ts';
import { endpoint } from './testing/engine-stage.ts';
import { FastClock } from './testing/fast-clock.ts';
import { MemoryOutbox } from './testing/memory-outbox.ts';
import { Observer } from './testing/observer.ts';

let receiver: LocalReceiver;
let http: OutboundHttp;
let clock: FastClock;
let outbox: MemoryOutbox;
let observed: Observer;
let deliverer: Deliverer;
/** Called whenever changes were stored. */
let stored: () => void = () => {};

/** Long enough for a busy machine; a test that waits for it says how long it wants to wait. */
let timeoutMs = 10_000;

beforeEach(async () => {
  timeoutMs = 10_000;
  receiver = await LocalReceiver.open();
  http = createOutboundHttp({ policy: createTargetPolicy({ allow: [], loopbackTrusted: true }) });
  clock = new FastClock(50);
  outbox = new MemoryOutbox();
  observed = new Observer();
  deliverer = createDeliverer(
    {
      store: { owed: async (query) => outbox.readPage(query) },
      send: (attempt, at) => createSender({ http, timeoutMs })(attempt, at),
      submit: async (changes) => {
        for (const change of changes) outbox.apply(change);
        stored();
      },
      clock,
      fraction: () => 0,
      log: observed.log,
      metrics: observed.metrics,
    },
    () => clock.wakeAt(deliverer.wakeAt(), () => deliverer.wake()),
  );
});

afterEach(async () => {
  await deliverer.stop(0);
  clock.wakeAt(undefined, () => {});
  await http.destroy();
  await receiver.close();
});

function open(...endpoints: (Partial<Endpoint> & { readonly id: string })[]): void {
  for (const { id, ...settings } of endpoints) {
    deliverer.setEndpoint(endpoint(id, { url: `${receiver.url}/${id}`, ...settings }));
  }
  deliverer.start();
}

function commit(endpointId: string, ...lanes: string[]): void {
  const at = clock.wall();
  deliverer.committed(lanes.flatMap((lane) => outbox.commit({ lane, at, endpointIds: [endpointId] })));
}

/** Resolves when everything an endpoint was owed is settled. */
async function delivered(endpointId: string): Promise<void> {
  await new Promise<void>((resolve) => {
    stored = () => {
      if (outbox.owed(endpointId).length === 0) resolve();
    };
    stored();
  });
}

/** Gives these answers one after another, and the last one for ever. */
function answers(...list: readonly [Answer, ...Answer[]]): void {
  const waiting = [...list];
  receiver.answer = (request, response) => {
    const answer = waiting.length > 1 ? waiting.shift() : waiting[0];
    answer?.(request, response);
  };
}

const says =
  (status: number, headers: Record<string, string> = {}, body = ''): Answer =>
  (_, response) =>
    void response.writeHead(status, headers).end(body);
const hangs: Answer = () => {};
const positionOf = ({ body }: ReceivedRequest): number => JSON.parse(body).data.n;

describe('deliveries to real receivers', () => {
  it('are all verified by the reference library, and in order per lane', async () => {
    open({ id: 'a' });
    const lanes = Array.from({ length: 300 }, (_, n) => `call-${n % 7}`);
    // The library compares with the real time, which this clock leaves behind.
    const webhook = new Webhook(endpoint('a').secret);
    receiver.answer = (request, response) => {
      const at = new Date(Number(request.headers['webhook-timestamp']) * 1_000);
      const signature = webhook.sign(request.headers['webhook-id'] ?? '', at, request.body);
      response.writeHead(signature === request.headers['webhook-signature'] ? 200 : 401).end();
    };
    commit('a', ...lanes);
    await delivered('a');
    const positions = receiver.requests.map(positionOf);
    assert.equal(positions.length, 300);
    for (let lane = 0; lane < 7; lane += 1) {
      const ofLane = positions.filter((position) => (position - 1) % 7 === lane);
      assert.deepEqual(
        ofLane,
        ofLane.toSorted((a, b) => a - b),
      );
    }
  });

  it('go on to one endpoint while another hangs', async () => {
    open({ id: 'slow' }, { id: 'quick' });
    receiver.answer = ({ path }, response) => {
      if (path === '/quick') response.end();
    };
    commit('slow', 'call-1', 'call-2');
    for (let n = 0; n < 50; n += 1) commit('quick', 'call-1');
    await delivered('quick');
    assert.equal(outbox.owed('slow').length, 2);
  });

  it('are made again after an error, a redirect and a cut connection', async () => {
    open({ id: 'a' });
    const cuts: Answer = (_, response) => response.socket?.destroy();
    answers(says(500), says(302, { location: '/elsewhere' }), cuts, says(404), says(204));
    commit('a', 'call-1', 'call-1');
    await delivered('a');
    assert.deepEqual(receiver.requests.map(positionOf), [1, 1, 1, 1, 1, 2]);
    assert.equal(new Set(receiver.requests.slice(0, 5).map(({ headers }) => headers['webhook-id'])).size, 1);
    const stamps = receiver.requests.map(({ headers }) => Number(headers['webhook-timestamp']));
    assert.ok((stamps[4] ?? 0) > (stamps[0] ?? 0), 'every attempt has its own time');
    assert.ok(receiver.requests.every(({ path }) => path === '/a'));
    const counts = Object.fromEntries(observed.counts);
    assert.deepEqual(counts, { refused: 3, connection: 1, acknowledged: 2 });
  });

  it('are made again after a receiver that hangs', async () => {
    timeoutMs = 50;
    open({ id: 'a' });
    answers(hangs, says(204));
    commit('a', 'call-1');
    await observed.counted('timeout');
    timeoutMs = 10_000;
    await delivered('a');
    assert.deepEqual(receiver.requests.map(positionOf), [1, 1]);
  });

  it('wait as long as Retry-After asks', async () => {
    open({ id: 'a' });
    answers(says(429, { 'retry-after': '30' }), says(200));
    const startedAt = clock.mono();
    commit('a', 'call-1', 'call-2');
    await delivered('a');
    assert.ok(clock.mono() - startedAt >= 30_000);
    assert.equal(receiver.requests.length, 3);
  });

  it('are held after 410 until the settings are saved again', async () => {
    open({ id: 'a' });
    answers(says(410), says(200));
    commit('a', 'call-1', 'call-2');
    await observed.said(/disabled/);
    commit('a', 'call-3');
    assert.equal(receiver.requests.length, 1);
    deliverer.setEndpoint(endpoint('a', { url: `${receiver.url}/new`, method: 'PUT' }));
    await delivered('a');
    assert.deepEqual(
      receiver.requests.slice(1).map(({ method, path }) => `${method} ${path}`),
      ['PUT /new', 'PUT /new', 'PUT /new'],
    );
  });

  it('are acknowledged by a receiver that says far too much', async () => {
    open({ id: 'a' });
    answers(says(200, {}, 'x'.repeat(3_000_000)));
    commit('a', 'call-1', 'call-1', 'call-2');
    await delivered('a');
    assert.equal(receiver.requests.length, 3);
  });

  it('reach a receiver that starts later', async () => {
    const later = createServer().listen(0, '127.0.0.1');
    await once(later, 'listening');
    const address = later.address();
    assert.ok(typeof address === 'object' && address !== null);
    later.close();
    await once(later, 'close');
    open({ id: 'a', url: `http://127.0.0.1:${address.port}/` });
    commit('a', 'call-1');
    await observed.counted('connection');
    const requests: string[] = [];
    const started = createServer((socket) => {
      socket.once('data', (data) => {
        requests.push(data.toString('utf8'));
        socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
      });
    });
    started.listen(address.port, '127.0.0.1');
    await once(started, 'listening');
    await delivered('a');
    assert.equal(requests.length, 1);
    started.close();
    await once(started, 'close');
  });

  it('are never made to a private address', async () => {
    open({ id: 'a', url: 'http://10.0.0.1/' }, { id: 'b', url: 'http://[fd00::1]/' });
    commit('a', 'call-1');
    commit('b', 'call-1');
    await observed.counted('target', 2);
    assert.equal(outbox.owed('a').length + outbox.owed('b').length, 2);
  });

  it('are not lost by a stop in their midst: the next start goes on', async () => {
    open({ id: 'a' });
    const arrived = new Promise<() => void>((resolve) => {
      receiver.answer = (_, response) => resolve(() => response.end());
    });
    commit('a', 'call-1', 'call-1', 'call-1');
    const finish = await arrived;
    const stopped = deliverer.stop(60_000);
    finish();
    await stopped;
    const before = outbox.owed('a').map(({ event }) => Number(event.position));
    assert.deepEqual(before, [2, 3]);
  });
});
