package wire

import (
	"encoding/binary"
	"fmt"
)

// reader takes little-endian numbers and bytes off a payload; after the first lack everything is zero and err is set.
type reader struct {
	rest []byte
	err  error
}

func (r *reader) take(n uint64) []byte {
	if r.err == nil && n > uint64(len(r.rest)) {
		r.err = fmt.Errorf("%d bytes where %d are needed", len(r.rest), n)
	}
	if r.err != nil {
		return nil
	}
	taken := r.rest[:n]
	r.rest = r.rest[n:]
	return taken
}

func (r *reader) u16() uint16 {
	if b := r.take(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

func (r *reader) u32() uint32 {
	if b := r.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (r *reader) u64() uint64 {
	if b := r.take(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

func (r *reader) cid() CID {
	b := r.take(uint64(r.u16()))
	if r.err != nil {
		return CID{}
	}
	c, err := ParseCID(b)
	r.fail(err)
	return c
}

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

func appendCID(b []byte, c CID) []byte {
	raw := c.Bytes()
	return append(binary.LittleEndian.AppendUint16(b, uint16(len(raw))), raw...)
}
