import { Type, type Static } from 'typebox';
import { Id } from '../ids.ts';
import { limits } from '../limits.ts';

export const NameInput = Type.String({ maxLength: limits.nameLength, description: 'A name for people.' });

export const DetailInput = Type.String({ maxLength: limits.detailLength, description: 'Free text.' });

export const WebhookUriInput = Type.String({
  maxLength: limits.uriLength,
  pattern: '^([hH][tT][tT][pP][sS]?://[^\\s/?#]+[^\\s]*)?$',
  description: 'Where events are sent, `http://` or `https://`; empty = nowhere.',
});

export const MusicOnHoldUriInput = Type.String({
  maxLength: limits.uriLength,
  pattern: '^([hH][tT][tT][pP][sS]?://[^\\s/?#]+[^\\s]*)?$',
  description:
    'The WAV file that is the music of all calls, `http://` or `https://`; empty = music of our own.',
});

export const NumberInput = Type.String({
  pattern: `^(\\+[1-9][0-9]{1,14}|[0-9A-Za-z*#._-]{1,${limits.numberLength}})$`,
  description: 'E.164 with `+`, or any dial string such as `1000`: what callers put before the `@`.',
});

export const PasswordInput = Type.String({
  minLength: limits.passwordShortest,
  maxLength: limits.passwordLength,
  pattern: '^[^\\u0000-\\u001f\\u007f]*$',
  description: 'Any characters but control characters. No reply shows it.',
});

/** No colon: digest joins user name, realm and password with one (RFC 7616 section 3.4.2). */
export const UsernameInput = Type.String({
  pattern: `^[0-9A-Za-z.!%*_+~@=$,;?&/-]{0,${limits.usernameLength}}$`,
  description: 'The name to log in with; empty = none.',
});

export const AgentUsernameInput = Type.String({
  pattern: `^[0-9A-Za-z.!%*_+~@=$,;?&/-]{1,${limits.usernameLength}}$`,
  description: 'The name to log in with, whatever its case; unique over all customers.',
});

export const TagIdsInput = Type.Array(Id, {
  maxItems: limits.tagsPerList,
  uniqueItems: true,
  description: 'Tags of yours, each once.',
});

/** What a queue, or one caller of it, asks of agents beside the tags. */
export const MinimumSkills = Type.Record(Id, Type.Integer({ minimum: 1, maximum: limits.skillLevel }), {
  additionalProperties: false,
  maxProperties: limits.tagsPerList,
  description:
    'The lowest level at which an agent has to have a skill, 1 to 10 by the id of its tag. An agent with the tag has level 1 at least.',
});

export const PriorityInput = Type.Integer({
  minimum: -limits.priority,
  maximum: limits.priority,
  description: 'The higher one goes first; 0 where nothing is said.',
});

export const PrefixInput = Type.String({
  pattern: '^(all|\\+[1-9][0-9]{0,14}|[0-9*#]{1,15})$',
  description: 'The beginning of a number, such as `+82`, or `all`.',
});

/** The two settings of every resource that has a name. */
export const LabelInput = Type.Object(
  { name: Type.Optional(NameInput), detail: Type.Optional(DetailInput) },
  { additionalProperties: false, description: 'What is left out stays as it is.' },
);
export type LabelInput = Static<typeof LabelInput>;
