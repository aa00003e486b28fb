import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventLine, eventText } from './event-line.ts';
import { loggedEvent } from './testing/logged-event.ts';

const id = '0f3c1a2b-1111-4222-8333-444455556666';

describe('the line of an event', () => {
  it('of a call names both ends, the status, and how it ended', () => {
    const call = { id, source: { target: '200' }, destination: { target: '100' }, status: 'ringing' };
    assert.equal(
      eventLine(loggedEvent('call_created', { ...call, hangup_by: '', hangup_reason: '' })),
      '03:04:05.678  call_created         0f3c1a2b  200 -> 100  ringing',
    );
    const hungup = { ...call, status: 'hangup', hangup_by: 'remote', hangup_reason: 'normal' };
    assert.equal(
      eventText(loggedEvent('call_hungup', hungup)),
      'call_hungup          0f3c1a2b  200 -> 100  hangup by remote, normal',
    );
  });

  it('of an activeflow names the action and its options, cut to what fits', () => {
    const text = (current_action: object) =>
      eventText(loggedEvent('activeflow_updated', { id, current_action }));
    assert.equal(text({ type: '' }), 'activeflow_updated   0f3c1a2b  (start)');
    assert.equal(text({ type: 'answer', option: {} }), 'activeflow_updated   0f3c1a2b  answer');
    assert.equal(
      text({ type: 'goto', option: { loop_count: 2 } }),
      'activeflow_updated   0f3c1a2b  goto {"loop_count":2}',
    );
    const long = text({ type: 'talk', option: { text: 'a'.repeat(500) } });
    assert.ok(long.endsWith('aaa...'));
    assert.equal(long.length, 'activeflow_updated   0f3c1a2b  talk '.length + 70);
  });

  it('of an agent or a queue names it', () => {
    assert.equal(
      eventText(loggedEvent('agent_status_updated', { id, name: 'Ann', status: 'available' })),
      'agent_status_updated 0f3c1a2b  available "Ann"',
    );
  });
});
