import { Type } from 'typebox';
import { limits } from '../../limits.ts';
import { defineAction, fail, next, stay } from '../action-type.ts';
import { methodOf, RequestMethod, urlOf } from '../http-request.ts';
import { headerOf } from '../text-forms.ts';

export const action = defineAction({
  type: 'webhook_send',
  summary: 'Sends a request of your own making from within the flow.',
  executor: 'flow',
  option: Type.Object({
    sync: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'Waits for the answer, which has to be 2xx; otherwise goes on at once, whatever comes.',
      }),
    ),
    uri: urlOf('Where to send it.'),
    method: Type.Optional(RequestMethod),
    data_type: Type.Optional(headerOf('Content type; empty or absent: `application/json`.')),
    data: Type.Optional(
      Type.String({
        maxLength: limits.variableValue,
        description: 'Body, as it is sent: what stands for `${name}` is not made fit for JSON.',
      }),
    ),
  }),
  rests: (option) => option.sync === true,
  start(step, option) {
    const request = option.sync === true ? step.newId() : '';
    const { data_type: dataType = '' } = option;
    step.effect({
      kind: 'request',
      callId: step.call.id,
      request,
      method: methodOf(option.method),
      url: option.uri,
      contentType: dataType === '' ? 'application/json' : dataType,
      body: option.data ?? '',
      timeoutMs: limits.requestMs,
      maxBytes: limits.webhookAnswer,
    });
    return request === '' ? next : { kind: 'rest', until: request, forMs: limits.requestMs + 1000 };
  },
  resume(_step, _option, signal) {
    if (signal.kind === 'timeout') return fail('no answer in time');
    if (signal.kind !== 'replied') return stay;
    if (!signal.reply.ok) return fail(signal.reply.problem);
    const { status } = signal.reply;
    return status >= 200 && status < 300 ? next : fail(`answered ${status}, wanted 2xx`);
  },
});
