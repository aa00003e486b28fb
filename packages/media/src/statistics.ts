/** What one leg sent and received. All counts begin at zero when the leg is opened. */
export interface LegStatistics {
  readonly packetsSent: number;
  /** RTP payload bytes sent. */
  readonly bytesSent: number;
  /** Packets of the accepted source, duplicates included. */
  readonly packetsReceived: number;
  /** Bytes of those packets, RTP headers included. */
  readonly bytesReceived: number;
  /** Packets that never came. */
  readonly packetsLost: number;
  readonly packetsDuplicate: number;
  /** Audio packets that came too late to be played or mixed (counted while somebody listens: echo, recording, room). */
  readonly packetsLate: number;
  /** RTP and RTCP from a source that is not the negotiated or latched one; never listened to. */
  readonly packetsInjected: number;
  /** Datagrams that are no RTP or RTCP, or carry more audio than a packet may. */
  readonly packetsMalformed: number;
  /** Packets nobody asked for: of an unknown payload type, before `connect`, or while the direction forbids them. */
  readonly packetsUnexpected: number;
  /** Packets of the peer sent on to another leg the moment they came. */
  readonly packetsRelayed: number;
  /**
   * How long what the peer said was held before it was sent on, while in a room: median and 99th percentile, as the
   * upper ends of histogram buckets; null when it never was. Waiting in the system's socket buffer is not part of it.
   */
  readonly delayP50Ms: number | null;
  readonly delayP99Ms: number | null;
  /** Interarrival jitter (RFC 3550 section 6.4.1). */
  readonly jitterMs: number;
  /** Round trip by RTCP; null while no report told. */
  readonly rttMs: number | null;
  /** Of our packets, those the peer says it misses; null while no report told. */
  readonly packetsLostAtPeer: number | null;
}

/** The statistics of a leg of which nothing is known. */
export const emptyStatistics: LegStatistics = {
  packetsSent: 0,
  bytesSent: 0,
  packetsReceived: 0,
  bytesReceived: 0,
  packetsLost: 0,
  packetsDuplicate: 0,
  packetsLate: 0,
  packetsInjected: 0,
  packetsMalformed: 0,
  packetsUnexpected: 0,
  packetsRelayed: 0,
  delayP50Ms: null,
  delayP99Ms: null,
  jitterMs: 0,
  rttMs: null,
  packetsLostAtPeer: null,
};
