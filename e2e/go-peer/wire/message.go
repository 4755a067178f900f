package wire

import "google.golang.org/protobuf/encoding/protowire"

// Message is the content of a control frame.
type Message struct {
	Wants     []Want
	Full      bool
	Presences []Presence
}

// Address is a block’s place.
type Address struct {
	Tree  CID
	Index uint64
}

// Want asks who has the blocks from an address on; a RangeCount of 0 means that one.
type Want struct {
	Address
	Priority     uint64
	Cancel       bool
	Type         uint64
	SendDontHave bool
	RangeCount   uint64
	DownloadID   uint64
}

// PresenceKind says what a presence claims.
type PresenceKind uint64

// The kinds of generation C; in the generations before it, 0 meant the opposite.
const (
	DontHave  PresenceKind = 0
	HaveRange PresenceKind = 1
	Complete  PresenceKind = 2
)

// Presence tells which blocks of a tree a peer has.
type Presence struct {
	Address
	Kind       PresenceKind
	Ranges     []Range
	DownloadID uint64
}

// Encode gives the payload of a frame; zeros are written, since readers want every scalar.
func (m Message) Encode() []byte {
	var list []byte
	for _, want := range m.Wants {
		list = appendBytes(list, 1, want.encode())
	}
	b := appendBytes(nil, 1, appendVarint(list, 2, flag(m.Full)))
	for _, presence := range m.Presences {
		b = appendBytes(b, 4, presence.encode())
	}
	return b
}

func (w Want) encode() []byte {
	b := appendBytes(nil, 1, w.Address.encode())
	for i, value := range []uint64{w.Priority, flag(w.Cancel), w.Type, flag(w.SendDontHave), w.RangeCount, w.DownloadID} {
		b = appendVarint(b, protowire.Number(2+i), value)
	}
	return b
}

func (p Presence) encode() []byte {
	b := appendVarint(appendBytes(nil, 1, p.Address.encode()), 2, uint64(p.Kind))
	for _, r := range p.Ranges {
		b = appendBytes(b, 3, appendVarint(appendVarint(nil, 1, r.Start), 2, r.Count))
	}
	return appendVarint(b, 4, p.DownloadID)
}

func (a Address) encode() []byte {
	return appendVarint(appendBytes(nil, 1, a.Tree.Bytes()), 2, a.Index)
}
