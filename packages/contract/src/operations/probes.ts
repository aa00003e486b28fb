import { Type, type Static } from 'typebox';
import { jsonReply, textReply, type Operation } from './operation.ts';

export const Ping = Type.Object({ status: Type.Literal('up') });
export type Ping = Static<typeof Ping>;

export const Readiness = Type.Object({ status: Type.Literal('ready') });
export type Readiness = Static<typeof Readiness>;

export const probeOperations = {
  ping: {
    method: 'GET',
    path: '/ping',
    tag: 'probes',
    summary: 'Is the process up',
    description: 'Answers as long as the process lives, whatever else is wrong. For liveness probes.',
    auth: 'none',
    reply: jsonReply(Ping),
    errors: [],
  },
  ready: {
    method: 'GET',
    path: '/ready',
    tag: 'probes',
    summary: 'Does it take calls',
    description:
      'Answers 503 with UNAVAILABLE and the cause while it starts, drains, or cannot write. For readiness probes.',
    auth: 'none',
    reply: jsonReply(Readiness),
    errors: ['UNAVAILABLE'],
  },
  metrics: {
    method: 'GET',
    path: '/metrics',
    tag: 'probes',
    summary: 'Metrics',
    description: 'In the text format of Prometheus.',
    auth: 'none',
    reply: textReply(Type.String()),
    errors: [],
  },
  getOpenapi: {
    method: 'GET',
    path: '/openapi.json',
    tag: 'probes',
    summary: 'This description',
    description: 'The API and the webhooks in OpenAPI 3.1.',
    auth: 'none',
    reply: jsonReply(Type.Object({}, { description: 'An OpenAPI document.' })),
    errors: [],
  },
} as const satisfies Record<string, Operation>;
