/**
 * Every bound of the exchange, with its unit and its reason.
 *
 * “Generation C” is the 2026 block exchange of logos-storage-nim; its limits are what a native peer holds us to.
 */
const KIB = 1024
const MIB = 1024 * KIB

export const BLOCK_EXCHANGE_PROTOCOL = '/storage/blockexc/1.0.0'
export const MANIFEST_PROTOCOL = '/storage/manifest/1.0.0'

// Serving

/** A longer want range is ignored, as in generation C: 1 GiB of the smallest blocks. */
export const MAX_WANT_RANGE_BLOCKS = 262_144
/** Indices that one want list may make a peer look at, over all its entries (generation C); so presence is asked by windows of as many. */
export const MAX_SCAN_BLOCKS = 16_384
/** Trees that one want list may make the store look up: a native peer names one, our own lists have at most so many entries. */
export const MAX_WANT_TREES = 16
/** Content of one answer, bytes: generation C’s reader refuses more (4 B + 4 MiB + 128 KiB a frame). */
export const MAX_ANSWER_BYTES = 4 * MIB
/** Answers made at the same time for all peers; each is at most `MAX_ANSWER_BYTES`. */
export const MAX_SERVING_AT_ONCE = 8
/** Answers that are being made, or made and not yet taken by the transport, all peers together. */
export const MAX_UNSENT_BYTES = 32 * MIB
/** The same for one peer, over all its streams. */
export const MAX_UNSENT_PEER_BYTES = 8 * MIB
/** An answer that was not taken for so long makes room for those of others, where they need it. */
export const UNSENT_PATIENCE_MS = 5_000
/** Answers that leave together, of all peers, where more do not pay: enough that the line is never idle between two. */
export const MIN_LEAVING_ANSWERS = 4
/** Between two looks whether one has left, since transports do not say when. */
export const LEAVING_LOOK_MS = 10
/** More are tried for twice so long, the first half to get going, and stay where so many times as much leaves; else again after a rest. */
export const LEAVING_TRIAL_MS = 1_500
export const LEAVING_GAIN = 1.2
export const LEAVING_TRIAL_REST_MS = 60_000
/** An answer that takes so many times what all that is leaving should take, and at least so long, is held back by its peer. */
export const LATE_ANSWER_FACTOR = 4
export const MIN_LATE_ANSWER_MS = 500
/** Requests that one stream may have waiting; generation C keeps at most 128 on the way. */
export const MAX_WAITING_REQUESTS = 512
/** Answers to one stream at a time: one that leaves, and one that is read from the store meanwhile. */
export const ANSWERS_PER_STREAM = 2
/** Streams that one peer may keep open towards us for a protocol: an honest one has its lanes, and some that reopen. */
export const MAX_INBOUND_STREAMS_PER_PEER = 12
/** Manifest requests that one peer may have open; an honest one has one for each link that is opened. */
export const MAX_MANIFEST_STREAMS_PER_PEER = 4
/**
 * Manifest requests of one peer: an honest one asks again every 3 s for each link that it opened and nobody had; this is
 * enough for a hundred such links, and for all of them at once.
 */
export const MANIFEST_REQUESTS_PER_SECOND = 32
export const MANIFEST_REQUEST_BURST = 256
/** Manifest requests answered at the same time, all peers together. */
export const MAX_INBOUND_MANIFEST_STREAMS = 64
/** Trees of one peer, and peers of one tree, of which we remember that they asked, so that they can be told of new blocks. */
export const MAX_INTEREST_TREES = 128
export const MAX_INTEREST_PEERS = 64
/** Peers that ask a whole node for blocks of one tree within so long are a crowd, which is given each block once first. */
export const CROWD_PEERS = 6
export const CROWD_SPAN_MS = 5_000
/** Answers without a block in a row that one of a crowd may get. */
export const MAX_DEFERRALS = 3
/** A block that a holder left out is not asked of it again for so long. */
export const DEFERRED_MS = 2_000
/** Between two looks whether the store has all of a tree that many ask for; a large one takes a while to look at. */
export const WHOLE_LOOK_MS = 1_000
/** Trees whose block count is kept while they are served. */
export const MAX_REMEMBERED_TREES = 256
/** Ranges in one unsolicited message: about 40 KiB. */
export const MAX_BROADCAST_RANGES = 2048
/** Between two unsolicited messages of one tree: at least, and where the allowance is spent. */
export const MIN_NEWS_INTERVAL_MS = 100
export const MAX_NEWS_INTERVAL_MS = 1500
/** What may be spent on news: this part of the content stored, and so much at once. */
export const NEWS_PART = 0.01
export const NEWS_BURST_BYTES = 32 * KIB
/** About what a message takes, and each of its ranges. */
export const NEWS_MESSAGE_BYTES = 80
export const NEWS_RANGE_BYTES = 9

// Streams

/**
 * What an incomplete frame on a peer’s own stream may hold, bytes. Want lists and presence are some 100 KiB at most; only
 * answers are larger, and those come on our streams.
 */
export const MAX_INBOUND_BUFFERED_BYTES = MIB
/** Set aside for an answer at its header: a largest request’s blocks and their proofs, so that it is copied once. */
export const EAGER_ANSWER_BYTES = MIB + 128 * KIB
/** Frames that may wait on a stream that does not drain. */
export const MAX_QUEUED_FRAMES = 256
/** A stream that takes no more bytes for so long is given up (generation C’s send timeout). */
export const SEND_TIMEOUT_MS = 30_000
/** Opening a stream: protocol negotiation is two round trips. */
export const OPEN_STREAM_TIMEOUT_MS = 15_000
/** A frame that began is complete within this time: the largest that we ask for needs 17 KiB a second. */
export const FRAME_TIMEOUT_MS = 60_000
/** Answers to requests that we never made; an honest peer sends none, a replay some. */
export const MAX_UNASKED_ANSWERS = 8
/** Requests that were given up and whose answers may still come, remembered for one peer. */
export const MAX_GIVEN_UP_REQUESTS = 1024
/** Answers in a row that a peer asked for and did not take before it is dropped; one is a link that broke. */
export const UNREAD_ANSWERS_BEFORE_DROP = 3
/**
 * Want lists and presence of one peer: each counts as its bytes and so much more, for the work of reading it. The
 * allowance is some hundred messages a second for ever and 8,000 at once; generation C sends at most 20 a second for each
 * of its downloads.
 */
export const CONTROL_MESSAGE_BYTES = KIB
export const CONTROL_BYTES_PER_SECOND = 512 * KIB
export const CONTROL_BURST_BYTES = 8 * MIB
/** Streams that one peer opens: an honest one does it again after a break, and tries how many lanes pay. */
export const STREAMS_PER_SECOND = 4
export const STREAM_BURST = 128

// Fetching

/** Everything asked for and not yet stored, all transfers together. */
export const DEFAULT_BUDGET_BYTES = 32 * MIB
/** The part of the budget that bulk leaves to readers, so that a read never waits for a slow store. */
export const READER_RESERVE_BYTES = 2 * MIB
/**
 * The smallest and largest request. A block goes on to others only when its whole answer is here, so that slow peers are
 * asked for a block at a time; the 4 MiB answers of generation C leave room for 1 MiB.
 */
export const MIN_REQUEST_BYTES = 64 * KIB
export const MAX_REQUEST_BYTES = MIB
/** A request carries what the peer delivers in this time: the fewer per second, the cheaper; the shorter, the sooner redone. */
export const REQUEST_SPAN_MS = 40
/** The same for a lone source: nobody else could have brought a part of it sooner, and each request costs both sides. */
export const LONE_REQUEST_SPAN_MS = 100
/**
 * On the way from one peer. A WebRTC stream of libp2p has no read back-pressure and resets with 4 MiB unread, so what is
 * asked for stays below that: this, one largest request and what readers add are 4 MiB together.
 */
export const MAX_PEER_WINDOW_BYTES = 2.5 * MIB
/** Where the smallest request takes so long, a second one on the way gains nothing: the round trip is a small part of it. */
export const LONE_REQUEST_MS = 400
/**
 * Through a relay: on the way, in requests of a block or two, and what is left of a circuit’s limit beside them: for pings,
 * presence and what the peer asks. Blocks grow by their proofs, by encryption and by multiplexing on their way.
 */
export const RELAYED_WINDOW_BYTES = 256 * KIB
export const RELAYED_RESERVE_BYTES = 16 * KIB
export const RELAYED_OVERHEAD = 1.04
/** Nothing more is asked over a circuit that ends so soon: what is on its way would be cut off. */
export const RELAYED_LAST_MS = 5_000
/** Requests on the way to one peer; generation C’s own depth ends at 128. */
export const MAX_PEER_REQUESTS = 64
/** Connections to one peer, where its round trip makes one the bottleneck; each is a native one, and a tab has 500. */
export const MAX_LANES = 8
/** Of all peers together, beside the first to each: four far sources get as many as one, of many none gets any. */
export const MAX_FURTHER_LANES = 28
/** To a far peer without a trial. */
export const FIRST_LANES = 4
/** Below this round trip one connection carries what this machine can take. */
export const MIN_LANE_ROUND_TRIP_MS = 15
/** Between two looks at what lanes carry, after each of which one more may be opened: a connection has left slow start by then. */
export const LANE_LOOK_MS = 600
export const LANE_LOOK_ROUND_TRIPS = 8
/** Peers that become busy together open theirs so far apart. */
export const LANE_LAG_MS = 150
/** The first look at a far peer: by then the others that bulk comes from are known. */
export const FIRST_LANE_LOOK_MS = 200
/** Bulk keeps its queues short for so long after a reader waited for a block. */
export const READING_MS = 2_000
/** Looks without any use after which further lanes are closed: the next file often follows. */
export const IDLE_LANE_LOOKS = 18
/** Lanes stay that carry so much more together than those before them. */
export const LANE_GAIN = 1.2
/** After a trial that gained nothing. */
export const LANE_REST_MS = 60_000
/** Requests of readers that may go above a peer’s window. */
export const MAX_READER_EXTRA_REQUESTS = 4
/** Blocks in a reader’s request: the first byte matters, so they are small and spread. */
export const READER_REQUEST_BLOCKS = 2
/** Blocks of what is read ahead in one request: spread over lanes and peers, and each here before the reader is. */
export const AHEAD_REQUEST_BLOCKS = 4

/** Blocks from the first missing one on among which the rarest are looked for: 128 MiB of the usual size. */
export const CHOICE_SPAN_BLOCKS = 2048
/**
 * Where others fetch the same, what a dataset has on its way may take so long to come at its present rate, or so many times
 * the round trip to the nearest peer: more only queues at the peers, and what is chosen early is chosen by old news. Peers that
 * answer within `QUICK_ANSWER_MS` are asked all the same.
 */
export const BULK_WAIT_MS = 300
export const BULK_WAIT_FACTOR = 3
export const QUICK_ANSWER_MS = 100
/** Bytes that may be on their way whatever the rate. */
export const MIN_BULK_BYTES = 256 * KIB

/**
 * What may be asked for twice near the end of a dataset, or for a reader: this part of its blocks, at least and at most so
 * much; and only of a peer that is so many times sooner, and by so much.
 */
export const REPEAT_PART = 0.01
export const MIN_REPEAT_BLOCKS = 1
export const MAX_REPEAT_BYTES = 4 * MIB
export const CLEARLY_SOONER = 2
export const TAIL_MARGIN_MS = 250
/** The last blocks are not asked of a peer that would bring them so much later than others bring all that is missing. */
export const LAST_BLOCKS_MARGIN_MS = 300
/** A request that takes so many times what its peer needed so far, and so much more, is not expected to be answered. */
export const GIVEN_UP_FACTOR = 4
export const GIVEN_UP_MARGIN_MS = 300

/** Bounds of a request’s time limit, and its value while nothing is known of the peer. */
export const MIN_REQUEST_TIMEOUT_MS = 5_000
export const MAX_REQUEST_TIMEOUT_MS = 45_000
export const FIRST_REQUEST_TIMEOUT_MS = 15_000
/**
 * A request whose time is over goes on while its lane delivers: so many bytes each time, looked at as often, and in all no
 * longer than the last: two frames that take their minute each, the one before it and its own.
 */
export const LEAST_LANE_BYTES_PER_SECOND = 2 * KIB
export const LANE_PROGRESS_MS = 5_000
export const MAX_EXTENDED_TIMEOUT_MS = 120_000
/** A peer that times out, fails or breaks its promise so often in a row rests. */
export const STRIKES_BEFORE_REST = 2
export const FIRST_REST_MS = 2_000
/** Rests in a row that follow empty or no answers, without a block between: a minute and more, after which it is dropped. */
export const BROKEN_PROMISES_BEFORE_DROP = 6
export const MAX_REST_MS = 60_000

/** Windows asked ahead of the first missing block. */
export const PRESENCE_WINDOWS_AHEAD = 2
/** Silence means no; after so long the next want list goes out. An earlier one would be dropped unread. */
export const PRESENCE_ANSWER_MS = 1_000
/** Bounds of asking again a peer that lacks something; doubled while it says nothing new. */
export const MIN_PRESENCE_REFRESH_MS = 3_000
export const MAX_PRESENCE_REFRESH_MS = 15_000
/** Peers asked for one tree. */
export const MAX_SWARM_PEERS = 64
/** Want entries in one message; all of them share one scan. */
export const MAX_WANT_ENTRIES = 16

/** Blocks that are written together; 16 puts or more a transaction is where IndexedDB is fast. */
export const WRITE_GROUP_BLOCKS = 32
export const MAX_WRITE_GROUP_BLOCKS = 64
/** Verified blocks wait at most so long for their group to fill. */
export const WRITE_DELAY_MS = 100

/** One look at a transfer’s slow affairs: rests that ended, presence, broadcasts, states. */
export const TICK_MS = 500
/** A transfer that nobody uses keeps what it knows of its peers for so long. */
export const LINGER_MS = 15_000
/** Without a block for so long, a transfer no longer counts as moving. */
export const STALL_MS = 5_000

// Discovery

/** Between two lookups of a transfer that misses something; doubled up to the second. */
export const MIN_LOOKUP_INTERVAL_MS = 2_000
export const MAX_LOOKUP_INTERVAL_MS = 30_000
/** One lookup, dials included (generation C’s limit). */
export const LOOKUP_TIMEOUT_MS = 60_000
/** With so many holders no more are looked for. */
export const ENOUGH_HOLDERS = 8

// Manifests

/** Peers asked for one manifest at the same time. */
export const MAX_MANIFEST_ASKS = 4
/** One ask, stream included. */
export const MANIFEST_ASK_TIMEOUT_MS = 10_000
/** A peer that opens a manifest stream sends its request within this time. */
export const MANIFEST_REQUEST_TIMEOUT_MS = 10_000
/** Manifests that were found and are kept for whoever asks next: a reader first asks what there is, then for its bytes. */
export const MAX_FOUND_MANIFESTS = 32
/** Between two rounds of asking everyone. */
export const MANIFEST_ROUND_INTERVAL_MS = 3_000

/** Peers whose counters are kept after they left. */
export const MAX_REMEMBERED_PEERS = 256
