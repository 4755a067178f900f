package wire

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Range is a run of block indices.
type Range struct {
	Start, Count uint64
}

// Request asks for blocks of a tree.
type Request struct {
	ID     uint64
	Tree   CID
	Ranges []Range
}

// Block is one of a response; its data are a view of the frame.
type Block struct {
	Index uint64
	CID   CID
	Data  []byte
	Proof Proof
}

// Response answers the request with the same id; blocks that the peer lacks are left out.
type Response struct {
	ID     uint64
	Tree   CID
	Blocks []Block
}

const sha256Code = 0x12

// Encode gives the payload of a frame.
func (q Request) Encode() []byte {
	b := binary.LittleEndian.AppendUint64(nil, q.ID)
	b = appendCID(b, q.Tree)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(q.Ranges)))
	for _, r := range q.Ranges {
		b = binary.LittleEndian.AppendUint64(b, r.Start)
		b = binary.LittleEndian.AppendUint64(b, r.Count)
	}
	return b
}

// DecodeRequest reads the payload of a frame.
func DecodeRequest(payload []byte) (Request, error) {
	r := &reader{rest: payload}
	q := Request{ID: r.u64(), Tree: r.cid()}
	count := r.u32()
	if r.err == nil && uint64(count)*16 > uint64(len(r.rest)) {
		return Request{}, fmt.Errorf("a request of %d ranges in %d bytes", count, len(r.rest))
	}
	for range count {
		q.Ranges = append(q.Ranges, Range{Start: r.u64(), Count: r.u64()})
		if r.err != nil {
			break
		}
	}
	return q, r.err
}

// Indices lists what is asked for; nothing where a range is empty, runs over, or all of them are too many, which the
// protocol answers with no blocks.
func (q Request) Indices() []uint64 {
	var indices []uint64
	for _, r := range q.Ranges {
		if r.Count == 0 || r.Count > MaxBlocksPerRequest || r.Start > math.MaxInt64-r.Count {
			return nil
		}
		if len(indices)+int(r.Count) > MaxBlocksPerRequest {
			return nil
		}
		for i := range r.Count {
			indices = append(indices, r.Start+i)
		}
	}
	return indices
}

// Encode gives the payload of a frame.
func (s Response) Encode() []byte {
	meta := binary.LittleEndian.AppendUint64(nil, s.ID)
	meta = appendCID(meta, s.Tree)
	meta = binary.LittleEndian.AppendUint32(meta, uint32(len(s.Blocks)))
	size := 0
	for _, block := range s.Blocks {
		meta = binary.LittleEndian.AppendUint64(meta, block.Index)
		meta = appendCID(meta, block.CID)
		meta = binary.LittleEndian.AppendUint32(meta, uint32(len(block.Data)))
		proof := block.Proof.encode()
		meta = binary.LittleEndian.AppendUint16(meta, uint16(len(proof)))
		meta = append(meta, proof...)
		size += len(block.Data)
	}
	b := binary.LittleEndian.AppendUint32(make([]byte, 0, 4+len(meta)+size), uint32(len(meta)))
	b = append(b, meta...)
	for _, block := range s.Blocks {
		b = append(b, block.Data...)
	}
	return b
}

// DecodeResponse reads the payload of a frame. A block without a proof makes it invalid.
func DecodeResponse(payload []byte) (Response, error) {
	whole := &reader{rest: payload}
	metaBytes := whole.u32()
	if metaBytes > MaxMetadataBytes {
		return Response{}, fmt.Errorf("metadata of %d bytes", metaBytes)
	}
	meta := &reader{rest: whole.take(uint64(metaBytes)), err: whole.err}
	s := Response{ID: meta.u64(), Tree: meta.cid()}
	count := meta.u32()
	if count > MaxBlocksPerRequest {
		return Response{}, fmt.Errorf("a response of %d blocks", count)
	}
	for range count {
		block := Block{Index: meta.u64(), CID: meta.cid()}
		dataBytes := meta.u32()
		if dataBytes > MaxBlockBytes {
			return Response{}, fmt.Errorf("a block of %d bytes", dataBytes)
		}
		block.Proof = decodeProof(meta)
		block.Data = whole.take(uint64(dataBytes))
		if meta.err != nil {
			break
		}
		s.Blocks = append(s.Blocks, block)
	}
	if meta.err != nil {
		return Response{}, meta.err
	}
	if whole.err == nil && (len(whole.rest) > 0 || len(meta.rest) > 0) {
		return Response{}, fmt.Errorf("a response with %d bytes too many", len(whole.rest)+len(meta.rest))
	}
	return s, whole.err
}

func (p Proof) encode() []byte {
	b := binary.LittleEndian.AppendUint64(nil, sha256Code)
	b = binary.LittleEndian.AppendUint64(b, p.Index)
	b = binary.LittleEndian.AppendUint64(b, p.Leaves)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(p.Path)))
	for _, node := range p.Path {
		b = binary.LittleEndian.AppendUint16(b, uint16(len(node)))
		b = append(b, node[:]...)
	}
	return b
}

func decodeProof(meta *reader) Proof {
	r := &reader{rest: meta.take(uint64(meta.u16())), err: meta.err}
	code := r.u64()
	p := Proof{Index: r.u64(), Leaves: r.u64()}
	count := r.u32()
	if r.err == nil && (code != sha256Code || count == 0 || count > MaxPathNodes) {
		r.fail(fmt.Errorf("a proof with hash %#x and %d steps", code, count))
	}
	for i := uint32(0); i < count && r.err == nil; i++ {
		node := r.take(uint64(r.u16()))
		if r.err == nil && len(node) != len(Digest{}) {
			r.fail(fmt.Errorf("a proof with a node of %d bytes", len(node)))
		}
		if r.err == nil {
			p.Path = append(p.Path, Digest(node))
		}
	}
	meta.fail(r.err)
	return p
}
