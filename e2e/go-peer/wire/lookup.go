package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

const (
	statusFound    = 0
	statusNotFound = 1
)

// ErrNotFound says that the peer has no such manifest.
var ErrNotFound = errors.New("the peer does not have the manifest")

// EncodeLookup asks for a manifest.
func EncodeLookup(manifest CID) []byte { return appendCID(nil, manifest) }

// ReadLookup reads what a peer asks for.
func ReadLookup(r io.Reader) (CID, error) {
	var header [2]byte
	if _, err := io.ReadFull(r, header[:]); err != nil {
		return CID{}, err
	}
	length := binary.LittleEndian.Uint16(header[:])
	if length == 0 || length > MaxCIDBytes {
		return CID{}, fmt.Errorf("a CID of %d bytes", length)
	}
	raw := make([]byte, length)
	if _, err := io.ReadFull(r, raw); err != nil {
		return CID{}, unexpected(err)
	}
	return ParseCID(raw)
}

// EncodeFound answers with a manifest; nil says that it is not here.
func EncodeFound(manifest []byte) []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(1+len(manifest)))
	if manifest == nil {
		return append(b, statusNotFound)
	}
	return append(append(b, statusFound), manifest...)
}

// ReadFound reads the answer and checks it against the CID. Errors: ErrNotFound.
func ReadFound(r io.Reader, wanted CID) ([]byte, error) {
	var header [5]byte
	if _, err := io.ReadFull(r, header[:]); err != nil {
		return nil, unexpected(err)
	}
	length := binary.LittleEndian.Uint32(header[:4])
	if length < 1 || length > 1+MaxManifestBytes {
		return nil, fmt.Errorf("an answer of %d bytes", length)
	}
	switch header[4] {
	case statusFound:
	case statusNotFound:
		return nil, ErrNotFound
	default:
		return nil, fmt.Errorf("an answer with the status %d", header[4])
	}
	var manifest bytes.Buffer
	if _, err := io.CopyN(&manifest, r, int64(length-1)); err != nil {
		return nil, unexpected(err)
	}
	if Hash(ManifestCodec, manifest.Bytes()) != wanted {
		return nil, errors.New("a manifest that is not the one asked for")
	}
	return manifest.Bytes(), nil
}
