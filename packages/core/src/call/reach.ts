import { matchAll } from '../queue/match.ts';
import { acceptCaller } from '../queue/offers.ts';
import { joinQueue, leftQueue, promiseInFlow, queueVariable } from '../queue/visits.ts';
import { recordCall } from '../recording/live.ts';
import { enterRoom } from '../room/room.ts';
import { takeOver } from '../supervision/take-over.ts';
import { conferenceActions, connectFor, dialFor, locate, stopOwnRecording } from './outgoing.ts';
import type { Reach } from './sitting.ts';

/** What a step of a flow can do beyond its own call. */
export const reach: Reach = {
  locate,
  dial: dialFor,
  connect: connectFor,
  enterRoom,
  conferenceActions,
  recordCall,
  stopRecording: stopOwnRecording,
  joinQueue,
  promiseCallback: promiseInFlow,
  leftQueue,
  queueVariable,
  acceptCaller,
  match: matchAll,
  takeOver,
};
