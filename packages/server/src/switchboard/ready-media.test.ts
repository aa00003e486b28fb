import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ReadyMedia } from './ready-media.ts';

function setUp(legs: number) {
  const asked: string[] = [];
  const ready = new ReadyMedia({
    newId: () => `call-${asked.length + 1}`,
    open: (callId) => asked.push(callId),
    legs,
  });
  return { ready, asked };
}

describe('media that is ready before there is a call', () => {
  it('is opened as it is taken, and never more than so much of it', () => {
    const { ready, asked } = setUp(2);
    ready.fill();
    ready.fill();
    assert.deepEqual(asked, ['call-1', 'call-2']);
    assert.equal(ready.take(), undefined);
    assert.equal(ready.opened('call-2', 4002), true);
    assert.equal(ready.opened('call-1', 4000), true);
    assert.deepEqual(ready.take(), { callId: 'call-2', port: 4002 });
    assert.deepEqual(asked, ['call-1', 'call-2', 'call-3']);
    assert.deepEqual(ready.take(), { callId: 'call-1', port: 4000 });
    assert.equal(ready.take(), undefined);
    assert.equal(asked.length, 4);
  });

  it('is not what a call opened for itself', () => {
    const { ready } = setUp(1);
    assert.equal(ready.opened('call-9', 4000), false);
    assert.equal(ready.gone('call-9'), false);
    assert.equal(ready.take(), undefined);
  });

  it('is given up when it breaks, and replaced with the next call, not before', () => {
    const { ready, asked } = setUp(2);
    ready.fill();
    ready.opened('call-1', 4000);
    assert.equal(ready.gone('call-1'), true);
    assert.equal(ready.gone('call-2'), true);
    assert.equal(asked.length, 2);
    assert.equal(ready.take(), undefined);
    assert.deepEqual(asked, ['call-1', 'call-2', 'call-3', 'call-4']);
  });

  it('is nobody’s any more once it is taken', () => {
    const { ready } = setUp(1);
    ready.fill();
    ready.opened('call-1', 4000);
    ready.take();
    assert.equal(ready.gone('call-1'), false);
  });

  it('may be none at all', () => {
    const { ready, asked } = setUp(0);
    ready.fill();
    assert.equal(ready.take(), undefined);
    assert.deepEqual(asked, []);
  });
});
