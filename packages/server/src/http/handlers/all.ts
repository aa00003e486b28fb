import type { HandlerContext, Handlers } from '../handler.ts';
import { createAccesskeyHandlers } from './accesskeys.ts';
import { createActiveflowHandlers } from './activeflows.ts';
import { createAgentHandlers } from './agents.ts';
import { createAgentLoginHandlers } from './agent-login.ts';
import { createCallCommandHandlers } from './call-commands.ts';
import { createCallHandlers } from './calls.ts';
import { createConferenceHandlers } from './conferences.ts';
import { createCustomerHandlers } from './customer.ts';
import { createEventHandlers } from './events.ts';
import { createExtensionHandlers } from './extensions.ts';
import { createFlowHandlers } from './flows.ts';
import { createNumberHandlers } from './numbers.ts';
import { createOutgoingCallHandlers } from './outgoing-calls.ts';
import { createProbeHandlers } from './probes.ts';
import { createProviderHandlers } from './providers.ts';
import { createQueueHandlers } from './queues.ts';
import { createQueuecallHandlers } from './queuecalls.ts';
import { createRecordingCommandHandlers } from './recording-commands.ts';
import { createRecordingHandlers } from './recordings.ts';
import { createRoomHandlers } from './rooms.ts';
import { createRouteHandlers } from './routes.ts';
import { createStatisticsHandlers } from './statistics.ts';
import { createSupervisionHandlers } from './supervision.ts';
import { createTagHandlers } from './tags.ts';
import { createTransferHandlers } from './transfers.ts';
import { createTrunkHandlers } from './trunks.ts';

/** Every operation of the contract and what carries it out. */
export function createHandlers(context: HandlerContext, openapiFile: URL): Handlers {
  return {
    ...createCustomerHandlers(context),
    ...createAccesskeyHandlers(context),
    ...createFlowHandlers(context),
    ...createNumberHandlers(context),
    ...createTagHandlers(context),
    ...createAgentHandlers(context),
    ...createAgentLoginHandlers(context),
    ...createQueueHandlers(context),
    ...createQueuecallHandlers(context),
    ...createStatisticsHandlers(context),
    ...createExtensionHandlers(context),
    ...createCallHandlers(context),
    ...createOutgoingCallHandlers(context),
    ...createCallCommandHandlers(context),
    ...createSupervisionHandlers(context),
    ...createConferenceHandlers(context),
    ...createActiveflowHandlers(context),
    ...createRoomHandlers(context),
    ...createRecordingHandlers(context),
    ...createRecordingCommandHandlers(context),
    ...createTransferHandlers(context),
    ...createProviderHandlers(context),
    ...createRouteHandlers(context),
    ...createTrunkHandlers(context),
    ...createEventHandlers(context),
    ...createProbeHandlers(context, openapiFile),
  };
}
