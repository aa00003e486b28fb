import { Type } from 'typebox';
import { limits } from '../../limits.ts';
import { defineAction, fail, next, stay } from '../action-type.ts';

export const action = defineAction({
  type: 'webhook_send',
  summary: 'Sends a request of your own making from within the flow.',
  executor: 'flow',
  option: Type.Object({
    sync: Type.Optional(Type.Boolean({ description: 'Waits for the answer, which has to be 2xx.' })),
    uri: Type.String({ minLength: 1, maxLength: 2048 }),
    method: Type.Optional(Type.Enum(['', 'POST', 'GET', 'PUT', 'DELETE'], { description: 'Empty: POST.' })),
    data_type: Type.Optional(
      Type.String({ maxLength: 255, description: 'Content type; empty: application/json.' }),
    ),
    data: Type.Optional(
      Type.String({ maxLength: limits.requestBody, description: 'Body; `${name}` is filled in.' }),
    ),
  }),
  rests: false,
  start(step, option) {
    const request = option.sync === true ? step.newId() : '';
    step.effect({
      kind: 'request',
      callId: step.call.id,
      request,
      method: option.method === undefined || option.method === '' ? 'POST' : option.method,
      url: option.uri,
      contentType:
        option.data_type === undefined || option.data_type === '' ? 'application/json' : option.data_type,
      body: option.data ?? '',
      timeoutMs: limits.requestMs,
      maxBytes: limits.requestBody,
    });
    return request === '' ? next : { kind: 'rest', until: request, forMs: limits.requestMs + 1000 };
  },
  resume(_step, _option, signal) {
    if (signal.kind === 'digit') return stay;
    if (signal.kind !== 'replied') return fail('webhook_send: no answer in time');
    if (!signal.reply.ok) return fail(`webhook_send: ${signal.reply.problem}`);
    const { status } = signal.reply;
    return status >= 200 && status < 300 ? next : fail(`webhook_send: answered ${status}, wanted 2xx`);
  },
});
