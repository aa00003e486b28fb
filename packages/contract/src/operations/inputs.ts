import { Type, type Static } from 'typebox';
import { limits } from '../limits.ts';

export const NameInput = Type.String({ maxLength: limits.nameLength, description: 'A name for people.' });

export const DetailInput = Type.String({ maxLength: limits.detailLength, description: 'Free text.' });

export const WebhookUriInput = Type.String({
  maxLength: limits.uriLength,
  pattern: '^([hH][tT][tT][pP][sS]?://[^\\s/?#]+[^\\s]*)?$',
  description: 'Where events are sent, `http://` or `https://`; empty = nowhere.',
});

export const NumberInput = Type.String({
  pattern: `^(\\+[1-9][0-9]{1,14}|[0-9A-Za-z*#._-]{1,${limits.numberLength}})$`,
  description: 'E.164 with `+`, or any dial string such as `1000`: what callers put before the `@`.',
});

/** The two settings of every resource that has a name. */
export const LabelInput = Type.Object(
  { name: Type.Optional(NameInput), detail: Type.Optional(DetailInput) },
  { additionalProperties: false, description: 'What is left out stays as it is.' },
);
export type LabelInput = Static<typeof LabelInput>;
