package wire

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

// DecodeMessage reads the payload of a frame.
func DecodeMessage(payload []byte) (Message, error) {
	var m Message
	hasList := false
	err := fields(payload, func(f field) error {
		if f.kind != protowire.BytesType {
			return nil
		}
		switch f.number {
		case 1:
			hasList = true
			return m.decodeWants(f.bytes)
		case 4:
			if len(m.Presences) == MaxPresences {
				return errors.New("a message with too many presences")
			}
			presence, err := decodePresence(f.bytes)
			m.Presences = append(m.Presences, presence)
			return err
		}
		return nil
	})
	if err == nil && !hasList {
		err = errors.New("a message without a want list")
	}
	return m, err
}

func (m *Message) decodeWants(b []byte) error {
	seen := scalars{}
	err := fields(b, func(f field) error {
		switch {
		case f.number == 1 && f.kind == protowire.BytesType:
			if len(m.Wants) == MaxEntries {
				return errors.New("a want list that is too long")
			}
			want, err := decodeWant(f.bytes)
			m.Wants = append(m.Wants, want)
			return err
		case f.kind == protowire.VarintType:
			seen[f.number] = f.varint
		}
		return nil
	})
	if err != nil {
		return err
	}
	m.Full = seen[2] != 0
	return seen.require("a want list", 2)
}

func decodeWant(b []byte) (Want, error) {
	address, seen, _, err := decodeAddressed(b)
	if err == nil {
		err = seen.require("a want", 2, 3, 4, 5, 6, 7)
	}
	if err == nil && seen[4] != 0 {
		err = fmt.Errorf("a want of type %d", seen[4])
	}
	return Want{
		Address:      address,
		Priority:     seen[2],
		Cancel:       seen[3] != 0,
		Type:         seen[4],
		SendDontHave: seen[5] != 0,
		RangeCount:   seen[6],
		DownloadID:   seen[7],
	}, err
}

func decodePresence(b []byte) (Presence, error) {
	address, seen, ranges, err := decodeAddressed(b)
	if err == nil {
		err = seen.require("a presence", 2, 4)
	}
	kind := PresenceKind(seen[2])
	if err == nil && kind > Complete {
		err = fmt.Errorf("a presence of kind %d", kind)
	}
	return Presence{Address: address, Kind: kind, Ranges: ranges, DownloadID: seen[4]}, err
}

// decodeAddressed reads what wants and presences have in common: an address in field 1, scalars, ranges in field 3.
func decodeAddressed(b []byte) (Address, scalars, []Range, error) {
	var address Address
	var ranges []Range
	seen, hasAddress := scalars{}, false
	err := fields(b, func(f field) (err error) {
		switch {
		case f.kind == protowire.VarintType:
			seen[f.number] = f.varint
		case f.kind != protowire.BytesType:
		case f.number == 1:
			hasAddress = true
			address, err = decodeAddress(f.bytes)
		case f.number == 3:
			var r Range
			r, err = decodeRange(f.bytes)
			ranges = append(ranges, r)
		}
		return err
	})
	if err == nil && !hasAddress {
		err = errors.New("an entry without an address")
	}
	return address, seen, ranges, err
}

func decodeAddress(b []byte) (Address, error) {
	var raw []byte
	seen := scalars{}
	err := fields(b, func(f field) error {
		if f.number == 1 && f.kind == protowire.BytesType {
			raw = f.bytes
		} else if f.kind == protowire.VarintType {
			seen[f.number] = f.varint
		}
		return nil
	})
	if err == nil {
		err = seen.require("an address", 2)
	}
	if err != nil {
		return Address{}, err
	}
	tree, err := ParseCID(raw)
	return Address{Tree: tree, Index: seen[2]}, err
}

func decodeRange(b []byte) (Range, error) {
	seen := scalars{}
	err := fields(b, func(f field) error {
		if f.kind == protowire.VarintType {
			seen[f.number] = f.varint
		}
		return nil
	})
	if err == nil {
		err = seen.require("a range", 1, 2)
	}
	return Range{Start: seen[1], Count: seen[2]}, err
}
