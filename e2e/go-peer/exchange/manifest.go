package exchange

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"

	"quire/go-peer/wire"
)

const (
	manifestRounds = 10
	roundPause     = 3 * time.Second
)

// manifest asks each peer in turn, ten times over, until one has it.
func (e *Exchange) manifest(ctx context.Context, cid wire.CID, peers []peer.ID) ([]byte, error) {
	var failures []error
	for range manifestRounds {
		failures = nil
		for _, id := range peers {
			encoded, err := e.askManifest(ctx, cid, id)
			if err == nil {
				return encoded, nil
			}
			failures = append(failures, fmt.Errorf("%s: %w", id, err))
		}
		select {
		case <-time.After(roundPause):
		case <-ctx.Done():
			return nil, errors.Join(append(failures, ctx.Err())...)
		}
	}
	return nil, errors.Join(failures...)
}

func (e *Exchange) askManifest(ctx context.Context, cid wire.CID, id peer.ID) ([]byte, error) {
	ctx, cancel := context.WithTimeout(Relayed(ctx), lookupTimeout)
	defer cancel()
	s, err := e.host.NewStream(ctx, id, wire.ManifestProtocol)
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.Close() }() // the answer is here, or will not come
	if err := s.SetDeadline(time.Now().Add(lookupTimeout)); err != nil {
		return nil, err
	}
	if _, err := s.Write(wire.EncodeLookup(cid)); err != nil {
		return nil, err
	}
	return wire.ReadFound(s, cid)
}
