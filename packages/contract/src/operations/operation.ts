import { Type, type Static, type TObject, type TSchema } from 'typebox';
import type { ErrorReason } from '../errors.ts';
import { Id } from '../ids.ts';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** One thing the API can do. `{name}` in the path is a key of `params`. */
export interface Operation {
  readonly method: HttpMethod;
  readonly path: string;
  /** The resource it belongs to; groups the reference. */
  readonly tag: string;
  readonly summary: string;
  readonly description: string;
  /** `key`: an access key is needed. */
  readonly auth: 'key' | 'none';
  /** The token of an agent does it as well, for what is the agent's own. Left out: an access key alone. */
  readonly agents?: true;
  readonly params?: TObject;
  /** Values arrive as text; those of number types are converted before they are checked. */
  readonly query?: TObject;
  /** Always one JSON object. */
  readonly body?: TObject;
  readonly reply: OperationReplyForm;
  /** What can go wrong here in particular; `possibleErrors` adds what can go wrong anywhere. */
  readonly errors: readonly ErrorReason[];
}

export interface OperationReplyForm {
  readonly status: 200;
  /** `audio/wav`: a file; with `Range` a part of it, answered with 206. */
  readonly contentType: 'application/json' | 'text/plain' | 'audio/wav';
  readonly schema: TSchema;
}

export function jsonReply<const S extends TSchema>(schema: S) {
  return { status: 200, contentType: 'application/json', schema } as const;
}

export function textReply<const S extends TSchema>(schema: S) {
  return { status: 200, contentType: 'text/plain', schema } as const;
}

/** A file on its way to a client, or the part of it that was asked for. */
export interface FileReply {
  /** Bytes of the whole file. */
  readonly size: number;
  /** The first and the last byte of the part; undefined: it is the whole. */
  readonly part: { readonly first: number; readonly last: number } | undefined;
  readonly bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

export function fileReply<const S extends TSchema>(schema: S) {
  return { status: 200, contentType: 'audio/wav', schema } as const;
}

export const IdParams = Type.Object({ id: Id }, { additionalProperties: false });

export const PageQuery = Type.Object(
  {
    page_size: Type.Optional(
      Type.Integer({ description: 'Rows of one page; outside 1..100, or not given, it is 10.' }),
    ),
    page_token: Type.Optional(
      Type.String({ maxLength: 256, description: '`next_page_token` of the page before.' }),
    ),
  },
  { additionalProperties: false },
);
export type PageQuery = Static<typeof PageQuery>;

/** The reply of a list of `item`s, newest first. */
export function listOf<const S extends TSchema>(item: S) {
  return Type.Object({
    result: Type.Array(item, { description: 'Newest first.' }),
    next_page_token: Type.String({
      description: 'Send it as `page_token` for what follows; empty = no more.',
    }),
  });
}
