package wire_test

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"

	"quire/go-peer/wire"
)

// The project’s vectors: bytes of native nodes’ own tests, and bytes computed from the description of the protocol.
const vectorsFile = "../../../src/codec/vectors/codex-wire.json"

type hexBytes []byte

func (h *hexBytes) UnmarshalText(text []byte) (err error) {
	*h, err = hex.DecodeString(string(text))
	return err
}

type named struct {
	Name string
	Hex  hexBytes
}

type vectors struct {
	Message, MessageDecodeMustFail   []named
	Manifest, ManifestDecodeMustFail []named
	ManifestDecodeTolerant           []tolerated
	Merkle                           struct{ Proofs []proofVector }
	WantBlocks                       wantBlocksVectors
	ManifestProtocol                 manifestProtocolVectors
}

type tolerated struct {
	named
	ReencodesTo string
}

type proofVector struct {
	Nleaves, Index uint64
	Leaf, Root     hexBytes
	Path           []hexBytes
}

type wantBlocksVectors struct {
	Request       struct{ Payload, Frame hexBytes }
	Response      struct{ Payload, Frame hexBytes }
	EmptyResponse struct{ Payload hexBytes }
}

type manifestProtocolVectors struct {
	Request struct {
		CID   string
		Bytes hexBytes
	}
	Found, NotFound struct{ Bytes hexBytes }
}

func readVectors(t *testing.T) vectors {
	t.Helper()
	text, err := os.ReadFile(vectorsFile)
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	if len(v.Message) < 10 || len(v.MessageDecodeMustFail) < 5 || len(v.Manifest) < 3 || len(v.Merkle.Proofs) < 5 {
		t.Fatal("the vectors are not where they were")
	}
	return v
}

func digestOf(t *testing.T, b []byte) wire.Digest {
	t.Helper()
	if len(b) != len(wire.Digest{}) {
		t.Fatalf("a digest of %d bytes", len(b))
	}
	return wire.Digest(b)
}
