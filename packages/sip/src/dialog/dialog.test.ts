import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  requestEnvelope as request,
  type requestText,
  responseEnvelope as response,
} from '../engine/rig.node.ts';
import {
  advanced,
  confirmed,
  confirmedBy,
  counted,
  type Dialog,
  retargeted,
  uacDialog,
  uasDialog,
} from './dialog.ts';

function uas(options: Parameters<typeof requestText>[0] = {}): Dialog {
  return uasDialog(request(options), 'ours') ?? assert.fail('no dialog');
}

const invite = request().message;
const origin = {
  callId: 'call-1@192.0.2.9',
  localTag: 'phone',
  localParty: '"Phone" <sip:200@192.0.2.9>;tag=phone',
  requestUri: 'sip:100@192.0.2.1',
};

describe('dialog of a called party (RFC 3261 section 12.1.1)', () => {
  test('takes route set, remote target, remote number and both parties from the request', () => {
    const routes = ['<sip:p2.example.org;lr>', '<sip:p1.example.org;lr>'];
    assert.deepEqual(uas({ cseq: 7, headers: { 'Record-Route': routes } }), {
      kind: 'early',
      callId: 'call-1@192.0.2.9',
      localTag: 'ours',
      remoteTag: 'phone',
      localParty: '<sip:100@192.0.2.1>;tag=ours',
      remoteParty: '"Phone" <sip:200@192.0.2.9>;tag=phone',
      remoteTarget: 'sip:200@192.0.2.9:5060',
      routeSet: routes,
      localSeq: 0,
      remoteSeq: 7,
    });
  });

  test('does not come about without a Contact, and not with a wildcard', () => {
    assert.equal(uasDialog(request({ without: ['Contact'] }), 'ours'), undefined);
    assert.equal(uasDialog(request({ headers: { Contact: '*' } }), 'ours'), undefined);
  });

  test('is confirmed by our 2xx', () => {
    assert.equal(confirmed(uas()).kind, 'confirmed');
  });
});

describe('dialog of a caller (RFC 3261 section 12.1.2)', () => {
  test('reverses the Record-Route of the response and takes its Contact and To', () => {
    const routes = ['<sip:p2.example.org;lr>', '<sip:p1.example.org;lr>'];
    const dialog = uacDialog(origin, response(invite, 200, { 'Record-Route': routes }));
    assert.deepEqual(dialog, {
      kind: 'confirmed',
      callId: 'call-1@192.0.2.9',
      localTag: 'phone',
      remoteTag: 'callee',
      localParty: '"Phone" <sip:200@192.0.2.9>;tag=phone',
      remoteParty: '<sip:100@192.0.2.1>;tag=callee',
      remoteTarget: 'sip:300@192.0.2.9:5060',
      routeSet: ['<sip:p1.example.org;lr>', '<sip:p2.example.org;lr>'],
      localSeq: 1,
      remoteSeq: undefined,
    });
  });

  test('is early after a 1xx, and goes to the Request-URI while no Contact is known', () => {
    const dialog = uacDialog(origin, response(invite, 183, { Contact: [] }));
    assert.equal(dialog.kind, 'early');
    assert.equal(dialog.remoteTarget, 'sip:100@192.0.2.1');
  });

  test('computes route set and target anew from the 2xx (section 13.2.2.4), and keeps the numbers', () => {
    const early = uacDialog(origin, response(invite, 183, { 'Record-Route': '<sip:old.example.org;lr>' }));
    const numbered = counted(advanced(early), 40) ?? assert.fail('refused');
    const final = response(invite, 200, {
      'Record-Route': '<sip:new.example.org;lr>',
      Contact: '<sip:moved@192.0.2.9>',
    });
    const dialog = confirmedBy(numbered, final);
    assert.deepEqual(
      { ...dialog },
      {
        ...numbered,
        kind: 'confirmed',
        routeSet: ['<sip:new.example.org;lr>'],
        remoteTarget: 'sip:moved@192.0.2.9',
      },
    );
  });
});

describe('requests inside of a dialog (RFC 3261 section 12.2)', () => {
  test("the peer's numbers must rise; gaps are fine", () => {
    const dialog = uas({ cseq: 7 });
    assert.equal(counted(dialog, 6), undefined);
    assert.equal(counted(dialog, 7), undefined);
    assert.equal(counted(dialog, 8)?.remoteSeq, 8);
    assert.equal(counted(dialog, 5000)?.remoteSeq, 5000);
  });

  test('the first request of a called party may have any number, zero included', () => {
    const dialog = uacDialog(origin, response(invite, 200));
    assert.equal(counted(dialog, 0)?.remoteSeq, 0);
  });

  test("our numbers rise by one, whatever the peer's are", () => {
    assert.equal(advanced(advanced(uas({ cseq: 900 }))).localSeq, 2);
  });

  test('a target refresh replaces the remote target and nothing else', () => {
    const before = uas();
    const moved = request({ headers: { Contact: '<sip:200@198.51.100.7:5070;transport=tcp>' } }).message;
    assert.deepEqual(retargeted(before, moved.headers), {
      ...before,
      remoteTarget: 'sip:200@198.51.100.7:5070;transport=tcp',
    });
  });

  test('a refresh without Contact leaves the target', () => {
    const before = uas();
    assert.equal(retargeted(before, request({ without: ['Contact'] }).message.headers), before);
  });
});
