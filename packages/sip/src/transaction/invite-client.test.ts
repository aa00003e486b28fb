import { describe, test } from 'node:test';
import { beginInviteClient, inviteClient } from './invite-client.ts';
import { given, response, timer, transportError } from './scenario.node.ts';
import { rfcTimers } from './timer-values.ts';

const calling = (reliable = false) => given(inviteClient, beginInviteClient(reliable, 0, rfcTimers));
const sent = { state: 'calling', effects: ['send'] } as const;

describe('INVITE client transaction, Calling', () => {
  test('sends the INVITE and retransmits it over UDP at T1, doubling without a cap (timer A)', () => {
    calling()
      .begins({ ...sent, wakeAt: 500 })
      .when(499, timer, { state: 'calling', wakeAt: 500 })
      .when(500, timer, { ...sent, wakeAt: 1500 })
      .when(1500, timer, { ...sent, wakeAt: 3500 })
      .when(3500, timer, { ...sent, wakeAt: 7500 })
      .when(7500, timer, { ...sent, wakeAt: 15_500 })
      .when(15_500, timer, { ...sent, wakeAt: 31_500 })
      .when(31_500, timer, { ...sent, wakeAt: 32_000 });
  });

  test('does not send a burst when it is woken late', () => {
    calling().when(9000, timer, { ...sent, wakeAt: 10_000 });
  });

  test('never retransmits over a reliable transport', () => {
    calling(true)
      .begins({ ...sent, wakeAt: 32_000 })
      .when(5000, timer, { state: 'calling', wakeAt: 32_000 });
  });

  test('reports a time-out after 64*T1 without any response (timer B)', () => {
    calling().when(32_000, timer, { state: 'terminated', effects: ['timeout'] });
    calling(true).when(32_000, timer, { state: 'terminated', effects: ['timeout'] });
  });

  test('reports a transport error and ends', () => {
    calling().when(1, transportError, { state: 'terminated', effects: ['transportError'] });
  });

  test('stops retransmitting and timing out once a provisional response came', () => {
    calling().when(100, response(100), { state: 'proceeding', effects: ['deliver'] });
  });

  test('accepts a 2xx and waits 64*T1 for those of other forks (RFC 6026, timer M)', () => {
    calling().when(100, response(200), { state: 'accepted', effects: ['deliver'], wakeAt: 32_100 });
  });

  test('acknowledges a refusal, passes it up and keeps 32 s for repetitions over UDP (timer D)', () => {
    calling().when(100, response(486), { state: 'completed', effects: ['ack', 'deliver'], wakeAt: 32_100 });
  });

  test('acknowledges a refusal and ends at once over a reliable transport (timer D is zero)', () => {
    calling(true).when(100, response(302), { state: 'terminated', effects: ['ack', 'deliver'] });
  });
});

describe('INVITE client transaction, Proceeding', () => {
  const proceeding = (reliable = false) =>
    calling(reliable).when(10, response(180), { state: 'proceeding', effects: ['deliver'] });

  test('passes every further provisional response up', () => {
    proceeding().when(20, response(183), { state: 'proceeding', effects: ['deliver'] });
  });

  test('accepts a 2xx', () => {
    proceeding().when(20, response(202), { state: 'accepted', effects: ['deliver'], wakeAt: 32_020 });
  });

  test('acknowledges and passes up a refusal', () => {
    proceeding().when(20, response(603), { state: 'completed', effects: ['ack', 'deliver'], wakeAt: 32_020 });
    proceeding(true).when(20, response(603), { state: 'terminated', effects: ['ack', 'deliver'] });
  });

  test('waits without a timer: the caller owns the answer deadline', () => {
    proceeding().when(999_999, timer, { state: 'proceeding' });
  });

  test('reports a broken transport', () => {
    proceeding().when(20, transportError, { state: 'terminated', effects: ['transportError'] });
  });
});

describe('INVITE client transaction, Completed', () => {
  const completed = () =>
    calling().when(10, response(404), { state: 'completed', effects: ['ack', 'deliver'], wakeAt: 32_010 });

  test('sends the ACK again for a repeated refusal and does not pass it up again', () => {
    completed().when(500, response(404), { state: 'completed', effects: ['ack'], wakeAt: 32_010 });
  });

  test('ignores provisional and 2xx responses that come late', () => {
    completed()
      .when(500, response(180), { state: 'completed', wakeAt: 32_010 })
      .when(501, response(200), { state: 'completed', wakeAt: 32_010 });
  });

  test('reports that the ACK could not be sent', () => {
    completed().when(11, transportError, { state: 'terminated', effects: ['transportError'] });
  });

  test('ends at timer D and ignores what comes after', () => {
    completed()
      .when(32_009, timer, { state: 'completed', wakeAt: 32_010 })
      .when(32_010, timer, { state: 'terminated' })
      .when(32_011, response(404), { state: 'terminated' });
  });
});

describe('INVITE client transaction, Accepted (RFC 6026)', () => {
  const accepted = () =>
    calling().when(10, response(200), { state: 'accepted', effects: ['deliver'], wakeAt: 32_010 });

  test('passes repeated and forked 2xx up', () => {
    accepted().when(600, response(200), { state: 'accepted', effects: ['deliver'], wakeAt: 32_010 });
  });

  test('ignores other responses of forks that lost', () => {
    accepted()
      .when(600, response(180), { state: 'accepted', wakeAt: 32_010 })
      .when(601, response(486), { state: 'accepted', wakeAt: 32_010 });
  });

  test('is not disturbed by a transport error', () => {
    accepted().when(600, transportError, { state: 'accepted', wakeAt: 32_010 });
  });

  test('ends at timer M', () => {
    accepted()
      .when(32_009, timer, { state: 'accepted', wakeAt: 32_010 })
      .when(32_010, timer, { state: 'terminated' });
  });
});
