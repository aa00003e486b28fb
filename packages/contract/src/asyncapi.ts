import { componentSchemas, referring } from './components.ts';
import { envelopeSchema, eventTable, eventTypes, type EventType } from './events.ts';
import { eventExamples } from './examples/events.ts';
import { plainObject, type Json, type JsonObject } from './json.ts';
import { WebhookHeaders } from './webhook.ts';

/** The webhooks as an AsyncAPI 3.0 document: one channel, one message for each event type. */
export function asyncapiDocument(info: { readonly version: string }): JsonObject {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Parley events',
      version: info.version,
      description:
        'What Parley tells by webhook: at least once, in order for each call, signed after Standard Webhooks.',
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    channels: {
      webhook: {
        address: null,
        title: 'The webhook',
        description: 'The `webhook_uri` of the customer.',
        messages: Object.fromEntries(
          eventTypes.map((type) => [type, { $ref: `#/components/messages/${type}` }]),
        ),
      },
    },
    operations: {
      sendEvent: {
        action: 'send',
        channel: { $ref: '#/channels/webhook' },
        summary: 'Each event, as it happens.',
        bindings: { http: { method: 'POST', bindingVersion: '0.3.0' } },
        messages: eventTypes.map((type) => ({ $ref: `#/channels/webhook/messages/${type}` })),
      },
    },
    components: {
      messages: Object.fromEntries(eventTypes.map((type) => [type, messageOf(type)])),
      schemas: usedSchemas(),
    },
  };
}

function messageOf(type: EventType): JsonObject {
  const { meaning, when } = eventTable[type];
  return {
    name: type,
    title: type,
    summary: meaning,
    description: when,
    contentType: 'application/json',
    headers: referring(WebhookHeaders),
    payload: referring(envelopeSchema(type)),
    examples: [{ name: type, payload: plainObject(eventExamples[type]) }],
  };
}

/** Only what the events refer to, directly or through one another. */
function usedSchemas(): JsonObject {
  const all = componentSchemas();
  const used = new Set<string>();
  const open = eventTypes.flatMap((type) => referencesIn(referring(envelopeSchema(type))));
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const schema = all[name];
    if (used.has(name) || schema === undefined) continue;
    used.add(name);
    open.push(...referencesIn(schema));
  }
  return Object.fromEntries(Object.entries(all).filter(([name]) => used.has(name)));
}

function referencesIn(value: Json): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    key === '$ref' && typeof child === 'string'
      ? [child.slice(child.lastIndexOf('/') + 1)]
      : referencesIn(child),
  );
}
