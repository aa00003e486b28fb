// Made by `npm run generate` from the files of this folder: one file, one action type. Do not edit.
import { action as agentAcceptAction } from './agent-accept.ts';
import { action as answerAction } from './answer.ts';
import { action as beepAction } from './beep.ts';
import { action as blockAction } from './block.ts';
import { action as branchAction } from './branch.ts';
import { action as callAction } from './call.ts';
import { action as conditionCallDigitsAction } from './condition-call-digits.ts';
import { action as conditionCallStatusAction } from './condition-call-status.ts';
import { action as conditionDatetimeAction } from './condition-datetime.ts';
import { action as conditionVariableAction } from './condition-variable.ts';
import { action as confbridgeJoinAction } from './confbridge-join.ts';
import { action as conferenceJoinAction } from './conference-join.ts';
import { action as connectAction } from './connect.ts';
import { action as digitsReceiveAction } from './digits-receive.ts';
import { action as digitsSendAction } from './digits-send.ts';
import { action as echoAction } from './echo.ts';
import { action as fetchAction } from './fetch.ts';
import { action as fetchFlowAction } from './fetch-flow.ts';
import { action as gotoAction } from './goto.ts';
import { action as hangupAction } from './hangup.ts';
import { action as musicAction } from './music.ts';
import { action as playAction } from './play.ts';
import { action as queueAnnounceAction } from './queue-announce.ts';
import { action as queueCallbackAction } from './queue-callback.ts';
import { action as queueForwardAction } from './queue-forward.ts';
import { action as queueJoinAction } from './queue-join.ts';
import { action as recordingStartAction } from './recording-start.ts';
import { action as recordingStopAction } from './recording-stop.ts';
import { action as sleepAction } from './sleep.ts';
import { action as stopAction } from './stop.ts';
import { action as streamEchoAction } from './stream-echo.ts';
import { action as talkAction } from './talk.ts';
import { action as variableSetAction } from './variable-set.ts';
import { action as webhookSendAction } from './webhook-send.ts';

export const registry = [
  agentAcceptAction,
  answerAction,
  beepAction,
  blockAction,
  branchAction,
  callAction,
  conditionCallDigitsAction,
  conditionCallStatusAction,
  conditionDatetimeAction,
  conditionVariableAction,
  confbridgeJoinAction,
  conferenceJoinAction,
  connectAction,
  digitsReceiveAction,
  digitsSendAction,
  echoAction,
  fetchAction,
  fetchFlowAction,
  gotoAction,
  hangupAction,
  musicAction,
  playAction,
  queueAnnounceAction,
  queueCallbackAction,
  queueForwardAction,
  queueJoinAction,
  recordingStartAction,
  recordingStopAction,
  sleepAction,
  stopAction,
  streamEchoAction,
  talkAction,
  variableSetAction,
  webhookSendAction,
] as const;
