package wire

import (
	"errors"
	"fmt"
	"math/bits"

	"google.golang.org/protobuf/encoding/protowire"
)

// Manifest describes a dataset; its CID is that of its bytes.
type Manifest struct {
	Tree      CID
	BlockSize uint64
	Size      uint64
	// Absent where empty.
	Name, Type string
}

// The numbers that never change: version 0 of the layout, and CID version 1 as the ordinal of an enumeration.
const (
	manifestVersion = 0
	cidVersion      = 2
)

// Encode gives the bytes of the manifest, generation C; zeros are written, names only where there are any.
func (m Manifest) Encode() []byte {
	b := appendVarint(nil, 1, manifestVersion)
	b = appendBytes(b, 2, m.Tree.Bytes())
	for i, value := range []uint64{m.BlockSize, m.Size, uint64(BlockCodec), sha256Code, cidVersion} {
		b = appendVarint(b, protowire.Number(3+i), value)
	}
	if m.Name != "" {
		b = appendBytes(b, 8, []byte(m.Name))
	}
	if m.Type != "" {
		b = appendBytes(b, 9, []byte(m.Type))
	}
	return appendBytes(nil, 1, b)
}

// DecodeManifest reads a manifest of generation C. The older ones are refused: their first field is a CID.
func DecodeManifest(b []byte) (Manifest, error) {
	if len(b) > MaxManifestBytes {
		return Manifest{}, fmt.Errorf("a manifest of %d bytes", len(b))
	}
	var header []byte
	err := fields(b, func(f field) error {
		if f.number == 1 && f.kind == protowire.BytesType {
			header = f.bytes
		}
		return nil
	})
	if err != nil {
		return Manifest{}, err
	}
	return decodeHeader(header)
}

func decodeHeader(b []byte) (Manifest, error) {
	var m Manifest
	seen, hasTree := scalars{}, false
	err := fields(b, func(f field) (err error) {
		switch {
		case f.kind == protowire.VarintType:
			seen[f.number] = f.varint
		case f.kind != protowire.BytesType:
		case f.number == 2:
			hasTree = true
			m.Tree, err = ParseCID(f.bytes)
		case f.number == 8:
			m.Name, err = text(f.bytes)
		case f.number == 9:
			m.Type, err = text(f.bytes)
		}
		return err
	})
	if err == nil {
		err = seen.require("a manifest", 1, 3, 4, 5, 6, 7)
	}
	if err != nil {
		return Manifest{}, err
	}
	if !hasTree {
		return Manifest{}, errors.New("a manifest without a tree")
	}
	m.BlockSize, m.Size = seen[3], seen[4]
	if seen[1] != manifestVersion || Codec(seen[5]) != BlockCodec || seen[6] != sha256Code || seen[7] != cidVersion {
		return Manifest{}, fmt.Errorf("a manifest of another kind (%d, %#x, %#x, %d)", seen[1], seen[5], seen[6], seen[7])
	}
	return m, nil
}

// Blocks counts the blocks of the dataset; an error where it cannot be held, or is none.
func (m Manifest) Blocks() (int, error) {
	if err := CheckBlockSize(m.BlockSize); err != nil {
		return 0, err
	}
	if m.Tree.Codec != TreeCodec {
		return 0, fmt.Errorf("a manifest whose tree has the codec %#x", m.Tree.Codec)
	}
	if m.Size == 0 || m.Size > MaxLeaves*m.BlockSize {
		return 0, fmt.Errorf("a dataset of %d bytes", m.Size)
	}
	return int((m.Size + m.BlockSize - 1) / m.BlockSize), nil
}

// CheckBlockSize refuses what is no power of two between 4 and 512 KiB.
func CheckBlockSize(size uint64) error {
	if size < MinBlockBytes || size > MaxBlockBytes || bits.OnesCount64(size) != 1 {
		return fmt.Errorf("blocks of %d bytes", size)
	}
	return nil
}
