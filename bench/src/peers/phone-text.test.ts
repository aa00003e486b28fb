import assert from 'node:assert/strict';
import { it } from 'node:test';
import { acceptText, inviteText, okText, readText } from './phone-text.ts';

const invite = inviteText({
  callId: 'abc',
  tag: 'from-tag',
  number: '7000',
  server: '127.0.0.1:5060',
  local: '127.0.0.1:4000',
  rtpPort: 4002,
});

it('a phone that is called reads from the INVITE whose call it is and where sound is to be sent', () => {
  const { status, method, callId, rtpPort } = readText(invite);
  assert.deepEqual(
    { status, method, callId, rtpPort },
    { status: 0, method: 'INVITE', callId: 'abc', rtpPort: 4002 },
  );
});

it('a call is accepted with a tag, a contact and the port of the phone, in mu-law', () => {
  const accepted = acceptText(invite, { tag: 'to-tag', local: '127.0.0.1:4100', rtpPort: 4102 });
  assert.deepEqual(readText(accepted), {
    status: 200,
    method: 'INVITE',
    callId: 'abc',
    to: '<sip:7000@127.0.0.1:5060>;tag=to-tag',
    contact: 'sip:bench@127.0.0.1:4100',
    rtpPort: 4102,
  });
  assert.match(accepted, /\r\nm=audio 4102 RTP\/AVP 0 101\r\na=rtpmap:0 PCMU\/8000\r\na=rtpmap:101 /);
  const [head = '', body = ''] = accepted.split('\r\n\r\n');
  assert.equal(Number(/^Content-Length: (\d+)$/m.exec(head)?.[1]), body.length);
});

it('any other request is answered with what answers repeat, and no sound', () => {
  const ok = readText(okText(invite.replaceAll('INVITE', 'BYE')));
  assert.deepEqual([ok.status, ok.method, ok.callId, ok.rtpPort], [200, 'BYE', 'abc', 0]);
});
