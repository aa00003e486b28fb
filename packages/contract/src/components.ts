import type { TSchema } from 'typebox';
import { isJsonObject, plainObject, type Json, type JsonObject } from './json.ts';
import { FieldProblem, FlowProblem } from './error-details.ts';
import { ErrorBody } from './errors.ts';
import { LoggedEvent } from './events.ts';
import { Id } from './ids.ts';
import { AccesskeyCreate, AccesskeyList } from './operations/accesskeys.ts';
import { ActiveflowList, ActiveflowResume } from './operations/activeflows.ts';
import {
  AgentAddresses,
  AgentCreate,
  AgentList,
  AgentLogin,
  AgentPassword,
  AgentPermission,
  AgentStatusUpdate,
  AgentToken,
  AgentUpdate,
  AgentWrapUp,
  TagIds,
} from './operations/agents.ts';
import { CallDigits, CallMute, CallPlay, CallTalk, RecordingStart } from './operations/call-commands.ts';
import { CallList } from './operations/calls.ts';
import {
  ConfbridgeList,
  ConferenceCreate,
  ConferenceList,
  ConferenceUpdate,
} from './operations/conferences.ts';
import { CustomerUpdate, Me } from './operations/customer.ts';
import { EventFeed } from './operations/events.ts';
import {
  ExtensionCreate,
  ExtensionList,
  ExtensionUpdate,
  RegistrationList,
} from './operations/extensions.ts';
import { FlowCheck, FlowCreate, FlowList, FlowUpdate } from './operations/flows.ts';
import { GroupcallList } from './operations/groupcalls.ts';
import { LabelInput } from './operations/inputs.ts';
import { NumberCreate, NumberFlowIds, NumberList } from './operations/numbers.ts';
import {
  CallCreate,
  CallsCreated,
  GroupcallCreate,
  TransferCreate,
  TransferList,
} from './operations/outgoing-calls.ts';
import { Ping, Readiness } from './operations/probes.ts';
import { ProviderCreate, ProviderList, ProviderUpdate } from './operations/providers.ts';
import { QueueActions, QueueList, QueueRouting, QueueSettings } from './operations/queues.ts';
import { QueuecallCallback, QueuecallChange, QueuecallList } from './operations/queuecalls.ts';
import { RecordingList } from './operations/recordings.ts';
import { RouteCreate, RouteList, RouteUpdate } from './operations/routes.ts';
import { SupervisionCreate, SupervisionUpdate } from './operations/supervision.ts';
import { QueueStatisticsList } from './operations/statistics.ts';
import { TagCreate, TagList } from './operations/tags.ts';
import { TrunkCreate, TrunkList, TrunkUpdate } from './operations/trunks.ts';
import { Accesskey } from './resources/accesskey.ts';
import { Action, ActionInput } from './resources/action.ts';
import { Activeflow } from './resources/activeflow.ts';
import { Address, AddressType } from './resources/address.ts';
import { Agent, AgentStatus } from './resources/agent.ts';
import { Call, CallStatistics, CallStatus, HangupReason, MuteDirection } from './resources/call.ts';
import { Customer, WebhookMethod } from './resources/customer.ts';
import {
  AgentExplanation,
  Offer,
  OfferOutcome,
  QueuecallExplanation,
  WaitExplanation,
} from './resources/explanation.ts';
import { Extension } from './resources/extension.ts';
import { Flow } from './resources/flow.ts';
import { Groupcall } from './resources/groupcall.ts';
import { PhoneNumber } from './resources/number.ts';
import { Provider } from './resources/provider.ts';
import {
  Announce,
  NoAnswer,
  Overflow,
  Queue,
  Queuecall,
  QueuecallEndReason,
  QueueAgent,
  QueuecallStatus,
  RoutingMethod,
  Sticky,
  TagMatch,
} from './resources/queue.ts';
import { Recording } from './resources/recording.ts';
import { Confbridge, Conference, RoomStatus } from './resources/room.ts';
import { Registration } from './resources/registration.ts';
import { Route } from './resources/route.ts';
import {
  Supervision,
  SupervisionMode,
  SupervisionOfCall,
  SupervisionStatus,
} from './resources/supervision.ts';
import {
  AgentFigures,
  AgentStatistics,
  QueueFigures,
  QueueLive,
  QueueStatistics,
  ServiceLevel,
  StatisticsInterval,
  StatusDurations,
} from './resources/statistics.ts';
import { Tag } from './resources/tag.ts';
import { Transfer, TransferType } from './resources/transfer.ts';
import { Trunk } from './resources/trunk.ts';
import { ExecutionTimestamp, Timestamp } from './time.ts';

/** The schemas that have a name in the published documents; everything else stands where it is used. */
export const components = {
  Accesskey,
  AccesskeyCreate,
  AccesskeyList,
  Action,
  ActionInput,
  Activeflow,
  ActiveflowList,
  ActiveflowResume,
  Address,
  AddressType,
  Agent,
  AgentAddresses,
  AgentCreate,
  AgentExplanation,
  AgentFigures,
  AgentList,
  AgentLogin,
  AgentPassword,
  AgentPermission,
  AgentStatistics,
  AgentStatus,
  AgentStatusUpdate,
  AgentToken,
  AgentUpdate,
  AgentWrapUp,
  Announce,
  Call,
  CallCreate,
  CallDigits,
  CallList,
  CallMute,
  CallPlay,
  CallStatistics,
  CallStatus,
  CallTalk,
  CallsCreated,
  Confbridge,
  ConfbridgeList,
  Conference,
  ConferenceCreate,
  ConferenceList,
  ConferenceUpdate,
  Customer,
  CustomerUpdate,
  ErrorBody,
  EventFeed,
  ExecutionTimestamp,
  Extension,
  ExtensionCreate,
  ExtensionList,
  ExtensionUpdate,
  FieldProblem,
  Flow,
  FlowCheck,
  FlowCreate,
  FlowList,
  FlowProblem,
  FlowUpdate,
  Groupcall,
  GroupcallCreate,
  GroupcallList,
  HangupReason,
  Id,
  LabelInput,
  LoggedEvent,
  Me,
  MuteDirection,
  NoAnswer,
  NumberCreate,
  NumberFlowIds,
  NumberList,
  Offer,
  OfferOutcome,
  Overflow,
  PhoneNumber,
  Ping,
  Provider,
  ProviderCreate,
  ProviderList,
  ProviderUpdate,
  Queue,
  QueueActions,
  QueueAgent,
  QueueFigures,
  QueueList,
  QueueLive,
  QueueRouting,
  QueueSettings,
  QueueStatistics,
  QueueStatisticsList,
  Queuecall,
  QueuecallCallback,
  QueuecallChange,
  QueuecallExplanation,
  QueuecallList,
  QueuecallEndReason,
  QueuecallStatus,
  Readiness,
  Recording,
  RecordingList,
  RecordingStart,
  RoomStatus,
  Route,
  RouteCreate,
  RouteList,
  RouteUpdate,
  RoutingMethod,
  Registration,
  RegistrationList,
  Sticky,
  ServiceLevel,
  StatisticsInterval,
  StatusDurations,
  Supervision,
  SupervisionCreate,
  SupervisionMode,
  SupervisionOfCall,
  SupervisionStatus,
  SupervisionUpdate,
  Tag,
  TagCreate,
  TagIds,
  TagList,
  TagMatch,
  Timestamp,
  Transfer,
  TransferCreate,
  TransferList,
  TransferType,
  Trunk,
  TrunkCreate,
  TrunkList,
  TrunkUpdate,
  WaitExplanation,
  WebhookMethod,
} as const satisfies Record<string, TSchema>;

export type ComponentName = keyof typeof components;

const names: ReadonlyMap<string, string> = new Map(
  Object.entries(components).map(([name, schema]) => [formOf(plainObject(schema)), name]),
);

/** The name of a schema among the components; undefined when it has none. What it describes makes no difference. */
export function componentName(schema: TSchema): string | undefined {
  return names.get(formOf(plainObject(schema)));
}

/** `schema` as plain JSON, in which named schemas are references. */
export function referring(schema: TSchema): JsonObject {
  return referringObject(plainObject(schema));
}

/** All components of these names, and those that they refer to. */
export function componentSchemas(): { readonly [name: string]: JsonObject } {
  return Object.fromEntries(
    Object.entries(components).map(([name, schema]) => [name, referringChildren(plainObject(schema))]),
  );
}

function referringObject(value: JsonObject): JsonObject {
  const name = names.get(formOf(value));
  if (name === undefined) return referringChildren(value);
  const { description } = value;
  const reference = { $ref: `#/components/schemas/${name}` };
  const own = description !== undefined && description !== componentDescription(name);
  return own ? { ...reference, description } : reference;
}

function referringChildren(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, referringValue(child)]));
}

function referringValue(value: Json): Json {
  if (Array.isArray(value)) return value.map(referringValue);
  return isJsonObject(value) ? referringObject(value) : value;
}

function componentDescription(name: string): Json | undefined {
  const schema = Object.entries(components).find(([key]) => key === name)?.[1];
  return schema === undefined ? undefined : plainObject(schema)['description'];
}

/** A schema apart from its description: places that use it say in their own words what it is there. */
function formOf(schema: JsonObject): string {
  const { description: _, ...form } = schema;
  return JSON.stringify(form);
}
