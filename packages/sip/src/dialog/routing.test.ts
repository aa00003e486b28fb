import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Dialog } from './dialog.ts';
import { routeOf } from './routing.ts';

const target = 'sip:200@192.0.2.9:5060';

function dialog(...routeSet: string[]): Dialog {
  return {
    kind: 'confirmed',
    callId: 'c',
    localTag: 'l',
    remoteTag: 'r',
    localParty: '<sip:l@example.org>;tag=l',
    remoteParty: '<sip:r@example.org>;tag=r',
    remoteTarget: target,
    routeSet,
    localSeq: 1,
    remoteSeq: 1,
  };
}

test('without a route set the request goes to the remote target', () => {
  assert.deepEqual(routeOf(dialog()), { requestUri: target, routes: [], nextHop: target });
});

test('with a loose router first, the target stays in the Request-URI and the whole set goes into Route', () => {
  const routes = ['<sip:p1.example.org;lr>', '<sip:p2.example.org;lr>'];
  assert.deepEqual(routeOf(dialog(...routes)), {
    requestUri: target,
    routes,
    nextHop: 'sip:p1.example.org;lr',
  });
});

test('with a strict router first, it becomes the Request-URI and the target the last Route', () => {
  assert.deepEqual(routeOf(dialog('<sip:p1.example.org>', '<sip:p2.example.org;lr>')), {
    requestUri: 'sip:p1.example.org',
    routes: ['<sip:p2.example.org;lr>', `<${target}>`],
    nextHop: 'sip:p1.example.org',
  });
});

test('a strict router loses what a Request-URI must not have (section 19.1.1)', () => {
  const { requestUri } = routeOf(dialog('<sip:p1.example.org;method=INVITE;maddr=192.0.2.3?Subject=x>'));
  assert.equal(requestUri, 'sip:p1.example.org;maddr=192.0.2.3');
});

test('a strict router behind a loose one changes nothing', () => {
  const routes = ['<sip:p1.example.org;lr>', '<sip:p2.example.org>'];
  assert.deepEqual(routeOf(dialog(...routes)).routes, routes);
});
