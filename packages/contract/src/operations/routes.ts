import { Type, type Static } from 'typebox';
import { Id } from '../ids.ts';
import { Route } from '../resources/route.ts';
import { DetailInput, NameInput, PrefixInput } from './inputs.ts';
import { IdParams, jsonReply, listOf, PageQuery, type Operation } from './operation.ts';

const Priority = Type.Integer({
  minimum: 0,
  maximum: 65_535,
  description: 'Among routes of the same target the smaller one is tried first; 0 when left out.',
});

export const RouteCreate = Type.Object(
  {
    provider_id: Id,
    target: PrefixInput,
    priority: Type.Optional(Priority),
    name: Type.Optional(NameInput),
    detail: Type.Optional(DetailInput),
  },
  { additionalProperties: false },
);
export type RouteCreate = Static<typeof RouteCreate>;

export const RouteUpdate = Type.Object(
  {
    provider_id: Type.Optional(Id),
    target: Type.Optional(PrefixInput),
    priority: Type.Optional(Priority),
    name: Type.Optional(NameInput),
    detail: Type.Optional(DetailInput),
  },
  { additionalProperties: false, description: 'What is left out stays as it is.' },
);
export type RouteUpdate = Static<typeof RouteUpdate>;

export const RouteList = listOf(Route);
export type RouteList = Static<typeof RouteList>;

export const routeOperations = {
  listRoutes: {
    method: 'GET',
    path: '/v1.0/routes',
    tag: 'routes',
    summary: 'List routes',
    description: 'Newest first.',
    auth: 'key',
    query: PageQuery,
    reply: jsonReply(RouteList),
    errors: [],
  },
  createRoute: {
    method: 'POST',
    path: '/v1.0/routes',
    tag: 'routes',
    summary: 'Make a route',
    description:
      'For a number the routes with the longest target are tried first, by `priority`, then those with shorter ones, then `all`; each provider once.',
    auth: 'key',
    body: RouteCreate,
    reply: jsonReply(Route),
    errors: ['PROVIDER_NOT_FOUND', 'CONFLICT'],
  },
  getRoute: {
    method: 'GET',
    path: '/v1.0/routes/{id}',
    tag: 'routes',
    summary: 'Read a route',
    description: 'By its id.',
    auth: 'key',
    params: IdParams,
    reply: jsonReply(Route),
    errors: ['DIALROUTE_NOT_FOUND'],
  },
  updateRoute: {
    method: 'PUT',
    path: '/v1.0/routes/{id}',
    tag: 'routes',
    summary: 'Change a route',
    description: 'Sets the keys that are sent and leaves the others. For calls that are made from now on.',
    auth: 'key',
    params: IdParams,
    body: RouteUpdate,
    reply: jsonReply(Route),
    errors: ['DIALROUTE_NOT_FOUND', 'PROVIDER_NOT_FOUND', 'CONFLICT'],
  },
  deleteRoute: {
    method: 'DELETE',
    path: '/v1.0/routes/{id}',
    tag: 'routes',
    summary: 'Delete a route',
    description: 'Calls under way go on.',
    auth: 'key',
    params: IdParams,
    reply: jsonReply(Route),
    errors: ['DIALROUTE_NOT_FOUND', 'CONFLICT'],
  },
} as const satisfies Record<string, Operation>;
