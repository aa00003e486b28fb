import { Type } from 'typebox';
import { defineAction, next, stay } from '../action-type.ts';

export const action = defineAction({
  type: 'agent_accept',
  summary:
    'An agent takes the caller of a queue it has answered for, by a key if there is one. Queues put it before the room.',
  executor: 'flow',
  needsCall: true,
  option: Type.Object({
    key: Type.Optional(
      Type.String({ pattern: '^[0-9A-D*#]?$', description: 'The key to be pressed; empty: none.' }),
    ),
    timeout: Type.Optional(
      Type.Integer({
        minimum: 1000,
        maximum: 180_000,
        default: 10_000,
        description: 'Milliseconds until the agent has missed the caller.',
      }),
    ),
  }),
  rests: () => false,
  start(step, { key = '', timeout = 10_000 }) {
    // It may have been pressed while the announcement was heard.
    if (key !== '' && !step.digits.endsWith(key)) return { kind: 'rest', forMs: timeout };
    step.acceptCaller();
    return next;
  },
  resume(step, { key = '' }, signal) {
    if (signal.kind === 'timeout') return { kind: 'hangup', reason: 'noanswer' };
    if (signal.kind !== 'digit' || signal.digit !== key) return stay;
    step.acceptCaller();
    return next;
  },
});
