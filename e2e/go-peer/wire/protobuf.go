package wire

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
)

// field is one of a protobuf message: a varint, or bytes. Other wire types are passed over.
type field struct {
	number protowire.Number
	kind   protowire.Type
	varint uint64
	bytes  []byte
}

// fields calls visit for each field in order. A known field of the wrong type must be passed over by visit.
func fields(b []byte, visit func(field) error) error {
	for len(b) > 0 {
		number, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			return protowire.ParseError(n)
		}
		b = b[n:]
		f := field{number: number, kind: kind}
		switch kind {
		case protowire.VarintType:
			f.varint, n = protowire.ConsumeVarint(b)
		case protowire.BytesType:
			f.bytes, n = protowire.ConsumeBytes(b)
		default:
			n = protowire.ConsumeFieldValue(number, kind, b)
		}
		if n < 0 {
			return protowire.ParseError(n)
		}
		b = b[n:]
		if err := visit(f); err != nil {
			return err
		}
	}
	return nil
}

// scalars collects varints and fails where a required one is missing.
type scalars map[protowire.Number]uint64

func (s scalars) require(what string, numbers ...protowire.Number) error {
	for _, number := range numbers {
		if _, isThere := s[number]; !isThere {
			return fmt.Errorf("%s without field %d", what, number)
		}
	}
	return nil
}

func appendVarint(b []byte, number protowire.Number, value uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, number, protowire.VarintType), value)
}

func appendBytes(b []byte, number protowire.Number, value []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, number, protowire.BytesType), value)
}

func flag(value bool) uint64 {
	if value {
		return 1
	}
	return 0
}

func text(b []byte) (string, error) {
	if !utf8.Valid(b) {
		return "", errors.New("a text that is not UTF-8")
	}
	return string(b), nil
}
