/** Every bound of the media plane in one place, each with the reason for its number. */

/** All times in the engine are whole ticks of this length: the packet time every phone speaks. */
export const TICK_MS = 20;

/** G.711 and telephone-event both count at this rate (RFC 3551 section 4.5.14, RFC 4733 section 2.1). */
export const SAMPLE_RATE = 8000;

export const SAMPLES_PER_MS = SAMPLE_RATE / 1000;

export const SAMPLES_PER_TICK = TICK_MS * SAMPLES_PER_MS;

/** The default port range holds 5,000 pairs; one core plays on some 2,000 legs. Beyond that a call would only stutter. */
export const MAX_LEGS = 4000;

/** A prompt is a handful of clips ("you are", "number", "twenty", "one"); a hundred is a mistake in the making. */
export const MAX_CLIPS_PER_PLAY = 100;

/** Half an hour of music is 14.4 MB encoded and some 10 ms to encode: still less than one tick. */
export const MAX_CLIP_SAMPLES = 30 * 60 * SAMPLE_RATE;

/** A conference is thirty, a town hall a hundred; each change of a room looks at all pairs in it. */
export const MAX_ROOM_MEMBERS = 200;

/** Legs one may name in `hears` or `heardBy`. */
export const MAX_NAMED_LEGS = 50;

/** Two hours and twenty minutes of G.711: prompts and music of a large site, in both codecs. */
export const MAX_ENCODED_CLIP_BYTES = 64 * 1024 * 1024;

/** An echo test nobody ends must not hold a leg for ever. */
export const MAX_ECHO_MS = 60 * 60 * 1000;

/** Recording is handed on in chunks, so this bounds only the forgotten ones. */
export const MAX_RECORD_MS = 4 * 60 * 60 * 1000;

/** A recording to a file: a day of stereo is 2.8 GB, below what a WAV file can say of itself. */
export const MAX_RECORDING_MS = 24 * 60 * 60 * 1000;

/** Silence shorter than this is a breath. */
export const MIN_END_OF_SILENCE_MS = 500;

export const MAX_PATH_LENGTH = 4096;

/** Audio that waits for the disk: ten seconds of a stereo recording. A disk that slow ends the recording. */
export const MAX_UNWRITTEN_BYTES = 320_000;

/** Digits in one `digits` command; a telephone number with pauses is under forty. */
export const MAX_DIGITS = 100;

/** Receivers need 40 ms to believe a tone; nobody needs one above ten seconds. */
export const MIN_DIGIT_MS = 40;
export const MAX_DIGIT_MS = 10_000;
export const MAX_DIGIT_GAP_MS = 5000;

/** Packet times we send; asked for another, the nearest of these is used. 60 ms of G.711 still fits every MTU. */
export const MIN_PTIME_MS = 10;
export const MAX_PTIME_MS = 60;

/** Nobody packs more than 200 ms of speech in a packet; a larger one is noise and is dropped. */
export const MAX_AUDIO_PAYLOAD_BYTES = 200 * SAMPLES_PER_MS;

/** Longest leg name (a call id is 36). */
export const MAX_NAME_LENGTH = 256;

/** Ports tried within one tick: a range somebody else occupies must not stall calls. The search goes on in the next. */
export const MAX_BINDS_PER_TICK = 100;

/**
 * A port that a call left is not given to the next one for so long. What a peer sends before it has heard of the end
 * comes within its retransmissions of a second or two.
 */
export const PAIR_REST_MS = 3000;

/** Pairs kept bound for reuse: those of 300 calls a second that rest, in 2,048 sockets that cost nothing while idle. */
export const MAX_POOLED_PAIRS = 1024;

/** Pairs ready before the first call asks for one. */
export const WARM_PAIRS = 8;

/** A pooled pair nobody needed for so long is given back. */
export const PAIR_IDLE_MS = 60_000;

/**
 * Ticks made up for at once after a stall: 200 ms, about what an adaptive jitter buffer grows to. More would send a burst
 * that it throws away; less would cut speech that it could still have played.
 */
export const MAX_CATCH_UP_TICKS = 10;
