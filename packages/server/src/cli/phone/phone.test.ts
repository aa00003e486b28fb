import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createClip, emptyStatistics } from '@parley/media';
import { Stage } from './testing/stage.ts';

const finished = { type: 'finished', leg: 'phone', reason: 'end', playedMs: 100 } as const;

function digitsAsked({ asked }: Stage): string[] {
  return asked.filter((text) => text.startsWith('digits')).map((text) => text.slice(7));
}

describe('the phone', () => {
  it('opens its sound before it dials, and says who calls', () => {
    const stage = new Stage({ number: '*100#', from: 'alice' });
    stage.phone.dial();
    assert.deepEqual(stage.asked, ['open']);
    assert.deepEqual(stage.told, []);
    stage.dial();
    assert.deepEqual(stage.told, ['dialling']);
    const [offered] = stage.served;
    assert.ok(offered?.kind === 'incomingCall');
    assert.equal(offered.requestUri.user, '*100#');
    assert.equal(offered.from.user, 'alice');
    assert.ok(offered.hasOffer);
  });

  it('tells of the ringing and of the answer, with the time it took', async () => {
    const stage = new Stage();
    stage.dial();
    stage.clock.pass(100);
    stage.serve((server, call, now) => server.ring(call, now));
    stage.serve((server, call, now) => server.answer(call, { address: '127.0.0.1', port: 10_000 }, now));
    assert.deepEqual(stage.told, ['dialling', 'ringing', 'answered']);
    const answered = stage.news[2];
    assert.ok(answered?.kind === 'answered' && answered.afterMs > 100 && answered.afterMs < 120);
    assert.deepEqual(stage.asked, ['open', 'connect 10000', 'record']);
    stage.serve((server, call, now) => server.hangup(call, now, { q850: 16 }));
    const end = await stage.phone.ended;
    assert.deepEqual(end, {
      by: 'peer',
      answered: true,
      cause: { kind: 'bye', q850: 16 },
      problem: undefined,
    });
    assert.equal(stage.asked.at(-1), 'close');
  });

  it('reports a refusal with its status', async () => {
    const stage = new Stage();
    stage.dial();
    stage.serve((server, call, now) => server.reject(call, 404, undefined, now));
    const { answered, cause } = await stage.phone.ended;
    assert.equal(answered, false);
    assert.deepEqual(cause, { kind: 'rejected', status: 404 });
    await stage.phone.confirmed;
  });

  it('hangs up when the time is over, and knows when the server has confirmed it', async () => {
    const stage = new Stage({ talkMs: 5_000 });
    stage.talk();
    stage.clock.pass(4_000);
    assert.ok(!stage.told.includes('ended'));
    stage.clock.pass(1_000);
    const { by, cause } = await stage.phone.ended;
    assert.equal(by, 'duration');
    assert.equal(cause?.kind, 'bye');
    assert.ok(stage.served.some(({ kind }) => kind === 'ended'));
    await stage.phone.confirmed;
  });

  it('cancels a call that rings when the user gives up', async () => {
    const stage = new Stage();
    stage.dial();
    stage.serve((server, call, now) => server.ring(call, now));
    stage.phone.hangup();
    stage.clock.pass(10);
    const { by, answered, cause } = await stage.phone.ended;
    assert.deepEqual([by, answered, cause?.kind], ['user', false, 'cancel']);
    const end = stage.served.find(({ kind }) => kind === 'ended');
    assert.ok(end?.kind === 'ended' && end.cause.kind === 'cancel');
    await stage.phone.confirmed;
  });

  it('gives up on a call nobody answers after a minute', async () => {
    const stage = new Stage();
    stage.dial();
    stage.serve((server, call, now) => server.ring(call, now));
    stage.clock.pass(60_000);
    const { answered, cause } = await stage.phone.ended;
    assert.equal(answered, false);
    assert.deepEqual(cause, { kind: 'timeout' });
  });

  it('tells a server that says nothing from one that does not exist', async () => {
    const silent = new Stage();
    silent.cut = true;
    silent.dial();
    silent.clock.pass(33_000);
    assert.deepEqual((await silent.phone.ended).cause, { kind: 'timeout', status: 408 });
    const absent = new Stage();
    absent.cut = true;
    absent.dial();
    absent.phone.failed();
    assert.deepEqual((await absent.phone.ended).cause, { kind: 'transport' });
  });

  it('hangs up when nothing comes from the server any more', async () => {
    const stage = new Stage();
    stage.talk();
    stage.media({ type: 'silent', leg: 'phone', forMs: 20_000 });
    assert.equal((await stage.phone.ended).by, 'silence');
  });

  it('does not dial without ports for its sound, and says so', async () => {
    const stage = new Stage();
    stage.phone.dial();
    stage.media({ type: 'openFailed', leg: 'phone', reason: 'no port is free' });
    const end = await stage.phone.ended;
    assert.deepEqual([end.by, end.problem, end.cause], ['media', 'no port is free', undefined]);
    assert.deepEqual(stage.told, ['ended']);
    await stage.phone.mediaClosed;
    await stage.phone.confirmed;
  });

  it('hangs up when its sound breaks down in the call', async () => {
    const stage = new Stage();
    stage.talk();
    stage.media({ type: 'closed', leg: 'phone', reason: 'failed', statistics: emptyStatistics });
    const { by, cause } = await stage.phone.ended;
    assert.deepEqual([by, cause?.kind], ['media', 'bye']);
  });

  it('connects its sound at the answer, and hands on what it hears', () => {
    const stage = new Stage();
    stage.talk();
    assert.deepEqual(stage.asked, ['open', 'connect 10000', 'record']);
    assert.equal(stage.recorded.length, 0);
    stage.hear('sound', 400);
    assert.equal(stage.recorded.length, 2);
    assert.deepEqual(stage.phone.heard, { totalMs: 400, soundMs: 400 });
  });

  it('presses each key when the other side has spoken and paused', () => {
    const stage = new Stage({ keys: '12' });
    stage.talk();
    stage.hear('sound', 3_000);
    assert.deepEqual(digitsAsked(stage), []);
    stage.hear('silence', 600);
    assert.deepEqual(digitsAsked(stage), []);
    stage.hear('silence', 400);
    assert.deepEqual(digitsAsked(stage), ['1']);
    stage.media({ ...finished, play: 'key' });
    stage.hear('sound', 2_000);
    assert.deepEqual(digitsAsked(stage), ['1']);
    stage.hear('silence', 1_000);
    assert.deepEqual(digitsAsked(stage), ['1', '2']);
    assert.deepEqual(stage.told.filter((kind) => kind === 'key').length, 2);
  });

  it('plays its sound after the keys, once', () => {
    const stage = new Stage({ keys: '5', sound: createClip(new Int16Array(8000)) });
    stage.talk();
    stage.hear('silence', 6_000);
    stage.media({ ...finished, play: 'key' });
    stage.hear('silence', 2_000);
    stage.media({ ...finished, play: 'sound' });
    stage.hear('silence', 20_000);
    assert.deepEqual(stage.asked.slice(3), ['digits 5', 'play sound']);
    assert.deepEqual(stage.told.slice(2), ['key', 'sound', 'sounded']);
  });

  it('leaves no timer behind when it is closed, in the middle of a call too', async () => {
    const stage = new Stage({ keys: '1' });
    stage.talk();
    stage.phone.close();
    stage.clock.pass(10);
    assert.equal((await stage.phone.ended).by, 'user');
    assert.ok(stage.served.some(({ kind }) => kind === 'ended'));
    assert.equal(stage.clock.pending, 0);
  });
});
