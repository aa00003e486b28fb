import { nilId } from '../ids.ts';
import type { Action } from '../resources/action.ts';
import type { Address } from '../resources/address.ts';

/** Who is who in the examples. */
export const ids = {
  customer: '3f0e7a51-9c46-4f0b-8d0e-6a1c2b7d9e10',
  accesskey: '9a4d6c02-1b7e-4a63-b5f8-0d2e4c6a8b11',
  flow: '51c3b0d7-6e2a-4d94-a1f7-8b9c0d1e2f12',
  number: '7e8d9c0b-3a4f-4b5e-9d6c-1f2e3d4c5b13',
  extension: '4d3c2b1a-0f9e-4d8c-9b7a-6f5e4d3c2b24',
  tag: 'c2b1a099-8f7e-4d6c-9b5a-4f3e2d1c0b14',
  call: 'e7f60d5c-4b3a-4c2d-8e1f-0a9b8c7d6e15',
  agentCall: '10f2e3d4-c5b6-4a79-8f8e-7d6c5b4a3f16',
  activeflow: '2b3c4d5e-6f70-4812-9a3b-4c5d6e7f8017',
  queue: '8c7b6a59-4d3e-4f21-b0a9-8e7d6c5b4a18',
  queuecall: 'd4e5f607-1829-4a3b-8c4d-5e6f70819219',
  agent: 'f1e2d3c4-b5a6-4978-8a9b-0c1d2e3f4a20',
  conference: '0c9d8e7f-6a5b-4c3d-9e2f-1a0b9c8d7e25',
  confbridge: '7b6a5948-3726-4150-8f4e-3d2c1b0a9826',
  groupcall: '35a4b6c7-d8e9-4f0a-9b1c-2d3e4f5a6b27',
  recording: 'be8f7a60-5142-4334-a516-0718293a4b28',
  provider: 'a1928374-6556-4473-8291-a0b1c2d3e429',
  route: '62738495-a6b7-4c8d-9e0f-1a2b3c4d5e30',
  transfer: '14253647-5869-4a7b-8c9d-ae0f1a2b3c32',
  trunk: 'd9c8b7a6-9584-4736-a251-40f1e2d3c431',
} as const;

export const callerNumber = '+15550100123';

export const answerAction: Action = {
  id: '61d0c5e8-2f4b-4e7a-9c31-5a6b7c8d9e21',
  next_id: nilId,
  type: 'answer',
};

export const talkAction: Action = {
  id: '04b9a8c7-d6e5-4f34-8213-1a2b3c4d5e22',
  next_id: nilId,
  type: 'talk',
  option: { text: 'Good morning, this is the bakery. One moment please.', language: 'en-US' },
};

export const queueJoinAction: Action = {
  id: 'b7c6d5e4-f3a2-4b10-9f8e-7d6c5b4a3923',
  next_id: nilId,
  type: 'queue_join',
  option: { queue_id: ids.queue },
};

/** A time of the day on which the examples play. */
export function dayAt(time: string): string {
  return `2027-03-09 ${time}`;
}

export function address(target: string): Address {
  return { type: 'tel', target, target_name: '', name: '', detail: '' };
}
