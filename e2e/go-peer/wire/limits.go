// Package wire is the block exchange and the manifest protocol of Logos Storage (2026) in bytes, and the data model
// beneath: CIDs, Merkle trees, manifests. It is written from their description and shares nothing with the TypeScript
// node, so that a mistake of one does not agree with itself in the other.
//
//	stream -> ReadFrame -> DecodeMessage | DecodeRequest | DecodeResponse
//	file   -> BuildTree -> Manifest.Encode -> CID
package wire

// Protocol ids.
const (
	ExchangeProtocol = "/storage/blockexc/1.0.0"
	ManifestProtocol = "/storage/manifest/1.0.0"
)

// What a peer may name; everything is checked against these before memory is set aside for it.
const (
	MaxControlBytes     = 16 << 20
	MaxRequestBytes     = 1280
	MaxMetadataBytes    = 4 << 20
	MaxResponseBytes    = 4 + MaxMetadataBytes + targetBatchBytes
	MaxBlocksPerRequest = 32
	MaxRangesPerRequest = 76
	MaxEntries          = 1024
	MaxPresences        = 1024
	MaxPathNodes        = 64
	MaxManifestBytes    = 64 << 10
	MaxCIDBytes         = 512
	MinBlockBytes       = 4 << 10
	MaxBlockBytes       = 512 << 10
	DefaultBlockBytes   = 64 << 10
	PresenceWindow      = 16_384
	MaxWantRange        = 262_144
	// MaxLeaves is ours alone: 32 MiB of leaf digests.
	MaxLeaves = 1 << 20

	targetBatchBytes = 128 << 10
)
