import { Type } from 'typebox';
import { bodyExamples } from './examples/resources.ts';
import { eventExamples } from './examples/events.ts';
import { componentSchemas, referring } from './components.ts';
import { errorTable, type ErrorReason } from './errors.ts';
import { envelopeSchema, eventTable, eventTypes, type EventType } from './events.ts';
import { plainObject, type Json, type JsonObject } from './json.ts';
import { operationIds, operations, possibleErrors } from './operations.ts';
import type { Operation } from './operations/operation.ts';
import { WebhookHeaders } from './webhook.ts';

export interface DocumentInfo {
  /** Of the product, such as `0.1.0`. */
  readonly version: string;
  /** Where the API is, such as `http://127.0.0.1:8080`. */
  readonly serverUrl: string;
}

/** The whole API and its webhooks as an OpenAPI 3.1 document: what `GET /openapi.json` answers. */
export function openapiDocument(info: DocumentInfo): JsonObject {
  return {
    openapi: '3.1.1',
    info: {
      title: 'Parley',
      summary: 'A programmable call centre.',
      description:
        'Numbers, flows and calls over HTTP; everything that happens by webhook, or from the event log. Ids are never null, lists are never absent.',
      version: info.version,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    servers: [{ url: info.serverUrl }],
    tags: tagsOf(),
    paths: pathsOf(),
    webhooks: Object.fromEntries(eventTypes.map((type) => [type, { post: webhookOf(type) }])),
    components: {
      schemas: schemasWithExamples(),
      responses: sharedErrorReplies(),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An access key.' },
        accesskey: {
          type: 'apiKey',
          in: 'query',
          name: 'accesskey',
          description:
            'An access key, where a header cannot be set. It ends up in logs of proxies: prefer the header.',
        },
      },
    },
  };
}

function tagsOf(): Json {
  const tags = new Set(operationIds.map((id) => operations[id].tag));
  return [...tags, 'webhooks'].map((name) => ({ name }));
}

function pathsOf(): JsonObject {
  const paths: Record<string, Record<string, Json>> = {};
  for (const id of operationIds) {
    const operation: Operation = operations[id];
    const item = (paths[operation.path] ??= {});
    item[operation.method.toLowerCase()] = operationOf(id, operation);
  }
  return paths;
}

function operationOf(id: string, operation: Operation): JsonObject {
  return {
    operationId: id,
    tags: [operation.tag],
    summary: operation.summary,
    description: operation.description,
    security: operation.auth === 'key' ? [{ bearer: [] }, { accesskey: [] }] : [],
    ...parametersOf(operation),
    ...(operation.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: referring(operation.body) } },
          },
        }),
    responses: { ...replies(operation), ...errorReplies(operation) },
  };
}

function parametersOf(operation: Operation): JsonObject {
  const parameters = [
    ...Object.entries(operation.params?.properties ?? {}).map(([name, schema]) => ({
      name,
      in: 'path',
      required: true,
      schema: referring(schema),
    })),
    ...Object.entries(operation.query?.properties ?? {}).map(([name, schema]) => ({
      name,
      in: 'query',
      required: !Type.IsOptional(schema),
      schema: referring(schema),
    })),
  ];
  return parameters.length === 0 ? {} : { parameters };
}

function replies(operation: Operation): JsonObject {
  const whole = replyOf(operation);
  if (operation.reply.contentType !== 'audio/wav') return { '200': whole };
  return { '200': whole, '206': { ...whole, description: 'The part that `Range` asked for.' } };
}

function replyOf(operation: Operation): JsonObject {
  const { contentType, schema } = operation.reply;
  return { description: 'Done.', content: { [contentType]: { schema: referring(schema) } } };
}

/** A reference for each HTTP status, to the reply with just the reasons that have it. */
function errorReplies(operation: Operation): JsonObject {
  return Object.fromEntries(
    reasonGroups(operation).map((reasons) => [
      String(errorTable[reasons[0]].http),
      { $ref: `#/components/responses/${reasons.join('.')}` },
    ]),
  );
}

type ReasonGroup = readonly [ErrorReason, ...ErrorReason[]];

/** The possible errors of an operation by HTTP status, lowest first. */
function reasonGroups(operation: Operation): readonly ReasonGroup[] {
  const groups = new Map<number, [ErrorReason, ...ErrorReason[]]>();
  for (const reason of possibleErrors(operation)) {
    const { http } = errorTable[reason];
    const group = groups.get(http);
    if (group === undefined) groups.set(http, [reason]);
    else group.push(reason);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([, group]) => group);
}

function sharedErrorReplies(): JsonObject {
  const groups = operationIds.flatMap((id) => reasonGroups(operations[id]));
  return Object.fromEntries(groups.map((reasons) => [reasons.join('.'), errorReply(reasons)]));
}

function errorReply(reasons: readonly ErrorReason[]): JsonObject {
  const retryable = reasons.some((reason) => reason === 'RATE_LIMIT_EXCEEDED' || reason === 'UNAVAILABLE');
  return {
    description: reasons.map((reason) => `\`${reason}\`: ${errorTable[reason].message}`).join('\n\n'),
    ...(retryable
      ? { headers: { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } } } }
      : {}),
    content: { 'application/json': { schema: { $ref: '#/components/schemas/ErrorBody' } } },
  };
}

function webhookOf(type: EventType): JsonObject {
  const { meaning, when } = eventTable[type];
  return {
    operationId: `on_${type}`,
    tags: ['webhooks'],
    summary: meaning,
    description: when,
    security: [],
    parameters: Object.entries(WebhookHeaders.properties).map(([name, schema]) => ({
      name,
      in: 'header',
      required: true,
      schema: referring(schema),
    })),
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: referring(envelopeSchema(type)),
          example: plainObject(eventExamples[type]),
        },
      },
    },
    responses: {
      '2XX': { description: 'Taken. Anything else, or no answer in time, is tried again.' },
      '410': { description: 'Nobody wants events here any more: nothing further is sent.' },
    },
  };
}

function schemasWithExamples(): JsonObject {
  const examples = plainObject(bodyExamples);
  return Object.fromEntries(
    Object.entries(componentSchemas()).map(([name, schema]) => {
      const example = examples[name];
      return [name, example === undefined ? schema : { ...schema, examples: [example] }];
    }),
  );
}
