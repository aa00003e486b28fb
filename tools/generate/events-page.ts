import {
  Action,
  Activeflow,
  Address,
  Agent,
  Call,
  CallStatistics,
  Conference,
  eventExamples,
  eventTable,
  eventTypes,
  type EventType,
  Groupcall,
  Queue,
  Queuecall,
  Recording,
  WebhookHeaders,
} from '@parley/contract';
import type { TObject } from 'typebox';
import { anchor, code, jsonBlock, page, table } from './markdown.ts';
import { descriptionOf, keyTable, type Links } from './schema-table.ts';

const resources: Readonly<Record<string, TObject>> = {
  Activeflow,
  Call,
  Queue,
  Queuecall,
  Agent,
  Conference,
  Recording,
  Groupcall,
  Action,
  Address,
  CallStatistics,
};

const links: Links = (name) => (name in resources ? `#${anchor(name)}` : undefined);

/** The page of all events: what they mean, when they are sent, what they carry. */
export function eventsPage(): string {
  return page(
    '# Events',
    'Everything that happens is told as an event: by webhook to the `webhook_uri` of the customer, and in the event log ([`GET /v1.0/events`](api.md#listevents)). Both show the same text.',
    'An event has two keys: `type`, and `data`, the resource as the API shows it. More keys may be added to a resource; none is ever removed, renamed or given another type.',
    '- An id that is not set is the nil UUID, `00000000-0000-0000-0000-000000000000`; a list is never absent.\n- Times are UTC, `YYYY-MM-DD HH:MM:SS.ffffff`. `9999-01-01 00:00:00.000000` means that it has not happened yet.\n- The events of one call, its activeflow and its visits to queues come in order. Events of different calls may pass one another.\n- Delivery is at least once: drop what has a `webhook-id` that you have seen.',
    '## Headers of a webhook',
    keyTable(WebhookHeaders, links),
    '## All events',
    table(
      ['type', 'data', 'meaning'],
      eventTypes.map((type) => [
        `[${code(type)}](#${anchor(type)})`,
        dataLink(type),
        eventTable[type].meaning,
      ]),
    ),
    ...eventTypes.flatMap(eventSection),
    '# What events carry',
    ...Object.entries(resources).flatMap(([name, schema]) => [
      `## ${name}`,
      descriptionOf(schema),
      keyTable(schema, links),
    ]),
  );
}

function eventSection(type: EventType): readonly string[] {
  const { meaning, when } = eventTable[type];
  return [`## ${type}`, meaning, `Sent: ${when}`, `Data: ${dataLink(type)}.`, jsonBlock(eventExamples[type])];
}

function dataLink(type: EventType): string {
  const name = Object.entries(resources).find(([, schema]) => schema === eventTable[type].data)?.[0];
  if (name === undefined) throw new Error(`${type} carries a resource that the page does not tell about`);
  return `[${name}](#${anchor(name)})`;
}
