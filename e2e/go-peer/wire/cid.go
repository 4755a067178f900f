package wire

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// Codec is what a CID says of the bytes that it names.
type Codec uint64

// The codecs of Logos Storage, and raw bytes.
const (
	RawCodec      Codec = 0x55
	ManifestCodec Codec = 0xCD01
	BlockCodec    Codec = 0xCD02
	TreeCodec     Codec = 0xCD03
)

// Digest is a SHA-256 hash.
type Digest [sha256.Size]byte

// CID is a version 1 content id over SHA-256; it is comparable.
type CID struct {
	Codec  Codec
	Digest Digest
}

const base58Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// 38 bytes are 52 digits; a text that is much longer is not converted at all.
const maxCIDText = 64

// Bytes is the binary form: 01, codec as uvarint, 12 20, digest.
func (c CID) Bytes() []byte {
	b := binary.AppendUvarint([]byte{1}, uint64(c.Codec))
	b = append(b, 0x12, sha256.Size)
	return append(b, c.Digest[:]...)
}

// String is the text form, base58 after a “z”.
func (c CID) String() string {
	n := new(big.Int).SetBytes(c.Bytes())
	base, digit := big.NewInt(58), new(big.Int)
	var digits []byte
	for n.Sign() > 0 {
		n.DivMod(n, base, digit)
		digits = append(digits, base58Alphabet[digit.Int64()])
	}
	for i, j := 0, len(digits)-1; i < j; i, j = i+1, j-1 {
		digits[i], digits[j] = digits[j], digits[i]
	}
	return "z" + string(digits)
}

// ParseCID reads the binary form; every byte counts.
func ParseCID(b []byte) (CID, error) {
	if len(b) > MaxCIDBytes {
		return CID{}, fmt.Errorf("a CID of %d bytes", len(b))
	}
	if len(b) < 2 || b[0] != 1 {
		return CID{}, errors.New("no CID of version 1")
	}
	codec, n := binary.Uvarint(b[1:])
	if n <= 0 || len(b) != 1+n+2+sha256.Size {
		return CID{}, errors.New("a CID of the wrong length")
	}
	c := CID{Codec: Codec(codec)}
	switch c.Codec {
	case RawCodec, ManifestCodec, BlockCodec, TreeCodec:
	default:
		return CID{}, fmt.Errorf("a CID of codec %#x", codec)
	}
	copy(c.Digest[:], b[1+n+2:])
	// Another hash, or a codec with more bytes than it needs.
	if !bytes.Equal(c.Bytes(), b) {
		return CID{}, errors.New("a CID that is not written as it should be")
	}
	return c, nil
}

// CIDFromText reads the text form.
func CIDFromText(text string) (CID, error) {
	if len(text) < 2 || len(text) > maxCIDText || text[0] != 'z' {
		return CID{}, errors.New("no CID in base58")
	}
	n, base := new(big.Int), big.NewInt(58)
	for _, letter := range []byte(text[1:]) {
		digit := strings.IndexByte(base58Alphabet, letter)
		if digit < 0 {
			return CID{}, fmt.Errorf("%q is no digit of base58", letter)
		}
		n.Add(n.Mul(n, base), big.NewInt(int64(digit)))
	}
	// The first byte is 1, so no zeros in front are lost.
	return ParseCID(n.Bytes())
}

// Hash names bytes.
func Hash(codec Codec, content []byte) CID {
	return CID{Codec: codec, Digest: sha256.Sum256(content)}
}
