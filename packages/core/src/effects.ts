/** What a decision asks of the outside, carried out in order once its changes are durable. */
export type Effect =
  /** Get a leg's media ready; answered by the input `mediaOpened` or `mediaFailed`. */
  | { readonly kind: 'openMedia'; readonly callId: string }
  /** 180 Ringing to an incoming call. */
  | { readonly kind: 'ring'; readonly callId: string }
  /** 200 with our media to an incoming call. */
  | { readonly kind: 'answer'; readonly callId: string }
  /** End the SIP leg in whatever way its state allows; answered by `callEnded`. */
  | { readonly kind: 'hangup'; readonly callId: string; readonly cause: number }
  /** Let go of a leg's media; its figures come back as `mediaClosed`. */
  | { readonly kind: 'closeMedia'; readonly callId: string }
  /** Play sources one after another; answered by `playEnded` with the same `play`. Ends what was playing. */
  | {
      readonly kind: 'play';
      readonly callId: string;
      readonly play: string;
      readonly sources: readonly PlaySource[];
    }
  /** Send the caller's own sound back; answered by `playEnded`. */
  | { readonly kind: 'echo'; readonly callId: string; readonly play: string; readonly durationMs: number }
  /** Break off what is playing; nothing answers. */
  | { readonly kind: 'stopPlay'; readonly callId: string }
  /** An HTTP request; answered by `replied` unless `request` is empty. */
  | {
      readonly kind: 'request';
      readonly callId: string;
      readonly request: string;
      readonly method: string;
      readonly url: string;
      readonly contentType: string;
      readonly body: string;
      readonly timeoutMs: number;
      readonly maxBytes: number;
    }
  /** Read a stored flow of that customer; answered by `flowLoaded`. */
  | {
      readonly kind: 'loadFlow';
      readonly callId: string;
      readonly request: string;
      readonly customerId: string;
      readonly flowId: string;
    }
  /** Something an operator should see; `text` holds no secret. */
  | { readonly kind: 'report'; readonly callId: string; readonly problem: string; readonly text: string };

export type PlaySource =
  | {
      readonly kind: 'speech';
      readonly text: string;
      readonly language: string;
      readonly gender: 'male' | 'female' | 'neutral';
    }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'beep' };
