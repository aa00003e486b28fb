import { Type } from 'typebox';
import { limits } from '../../limits.ts';
import { defineAction, fail, type Outcome, stay } from '../action-type.ts';
import { methodOf, RequestMethod, urlOf } from '../http-request.ts';

export const action = defineAction({
  type: 'fetch',
  summary: 'Asks your server for actions and runs them, then goes on.',
  executor: 'flow',
  option: Type.Object({
    event_url: urlOf('Where to ask; answers 200 with a JSON array of actions.'),
    event_method: Type.Optional(RequestMethod),
  }),
  rests: () => true,
  start(step, option) {
    const request = step.newId();
    step.effect({
      kind: 'request',
      callId: step.call.id,
      request,
      method: methodOf(option.event_method),
      url: option.event_url,
      contentType: 'application/json; charset=utf-8',
      body: JSON.stringify({ activeflow_id: step.activeflow.id, reference_id: step.activeflow.reference_id }),
      timeoutMs: limits.requestMs,
      maxBytes: limits.fetchAnswer,
    });
    return { kind: 'rest', until: request, forMs: limits.requestMs + 1000 };
  },
  resume(_step, _option, signal) {
    if (signal.kind === 'timeout') return fail('no answer in time');
    if (signal.kind !== 'replied') return stay;
    if (!signal.reply.ok) return fail(signal.reply.problem);
    if (signal.reply.status !== 200) return fail(`answered ${signal.reply.status}, wanted 200`);
    return actionsOf(signal.reply.body);
  },
});

function actionsOf(body: string): Outcome {
  try {
    return { kind: 'nest', actions: JSON.parse(body) as unknown };
  } catch {
    return fail('the answer is not JSON');
  }
}
