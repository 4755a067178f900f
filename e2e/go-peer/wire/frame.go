package wire

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
)

// FrameType is the byte after a frame’s length.
type FrameType byte

// Want lists and presence are control frames.
const (
	ControlFrame  FrameType = 0
	RequestFrame  FrameType = 1
	ResponseFrame FrameType = 2
)

var frameCaps = map[FrameType]uint32{
	ControlFrame:  MaxControlBytes,
	RequestFrame:  MaxRequestBytes,
	ResponseFrame: MaxResponseBytes,
}

// EncodeFrame puts length and type in front; the length counts the type.
func EncodeFrame(kind FrameType, payload []byte) []byte {
	frame := binary.LittleEndian.AppendUint32(make([]byte, 0, 5+len(payload)), uint32(1+len(payload)))
	return append(append(frame, byte(kind)), payload...)
}

// ReadFrame reads one frame; io.EOF where the stream ended before it began. Memory grows with what arrives.
func ReadFrame(r io.Reader) (FrameType, []byte, error) {
	var header [5]byte
	if _, err := io.ReadFull(r, header[:4]); err != nil {
		return 0, nil, err
	}
	length := binary.LittleEndian.Uint32(header[:4])
	if length < 1 {
		return 0, nil, fmt.Errorf("a frame without a type")
	}
	if _, err := io.ReadFull(r, header[4:]); err != nil {
		return 0, nil, unexpected(err)
	}
	kind := FrameType(header[4])
	limit, isKnown := frameCaps[kind]
	if !isKnown {
		return 0, nil, fmt.Errorf("a frame of type %d", kind)
	}
	if length-1 > limit {
		return 0, nil, fmt.Errorf("a frame of type %d with %d bytes", kind, length-1)
	}
	var payload bytes.Buffer
	if _, err := io.CopyN(&payload, r, int64(length-1)); err != nil {
		return 0, nil, unexpected(err)
	}
	return kind, payload.Bytes(), nil
}

func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
