package exchange

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"

	"quire/go-peer/dataset"
	"quire/go-peer/wire"
)

const (
	// As native nodes ask: this many bytes a request.
	batchBytes = 128 << 10
	// Requests on their way to one peer; native nodes find their own, from 2 to 128.
	depth = 16
	// A relay cuts connections when their allowance is used up; without a block in between, so often in a row is an end.
	maxFailures = 5
	askAgain    = 5 * time.Second
	retryPause  = 500 * time.Millisecond
)

// from fetches from one peer until nothing is missing; a connection that ends is made anew.
func (f *fetch) from(ctx context.Context, r *remote) error {
	left, failures := f.partial.Left(), 0
	for f.partial.Left() > 0 {
		err := f.session(ctx, r)
		switch {
		case err == nil:
			continue
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, dataset.ErrLie):
			return errors.Join(err, f.exchange.host.Network().ClosePeer(r.id))
		}
		if now := f.partial.Left(); now < left {
			left, failures = now, 0
		}
		failures++
		if failures > maxFailures {
			return fmt.Errorf("%s: %w", r.id, err)
		}
		f.interrupted(err)
		select {
		case <-time.After(retryPause):
		case <-ctx.Done():
			return ctx.Err()
		}
		// What is wrong with it, the next session finds out.
		_ = f.exchange.host.Connect(Relayed(ctx), peer.AddrInfo{ID: r.id})
	}
	return nil
}

// session keeps requests on their way to a peer until nothing is missing or one of them fails.
func (f *fetch) session(ctx context.Context, r *remote) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	ended := make(chan error, depth)
	for range depth {
		go func() {
			err := f.askOn(ctx, r)
			if err != nil {
				cancel(err)
			}
			ended <- err
		}()
	}
	asking := time.NewTicker(askAgain)
	defer asking.Stop()
	err := f.askPresence(ctx, r)
	if err != nil {
		cancel(err)
	}
	for running := depth; running > 0; {
		select {
		case <-ended:
			running--
		case <-asking.C:
			if err := f.askPresence(ctx, r); err != nil {
				cancel(err)
			}
		}
	}
	if f.partial.Left() == 0 {
		return nil
	}
	return context.Cause(ctx)
}

// askOn asks for what the peer has and nobody has been asked for, one request after the other.
func (f *fetch) askOn(ctx context.Context, r *remote) error {
	for f.partial.Left() > 0 {
		offered, news := f.offered(r.id)
		brought, err := f.askFor(ctx, r, f.partial.Claim(offered, batchBytes))
		if err != nil {
			return err
		}
		if brought > 0 {
			continue
		}
		// Others’ requests are on their way, the peer gives nothing now, or it has no more: all of that may change.
		select {
		case <-news:
		case <-time.After(retryPause):
		case <-ctx.Done():
			return nil
		}
	}
	return nil
}

// askFor asks for blocks, checks and keeps those that come, and counts them.
func (f *fetch) askFor(ctx context.Context, r *remote, indices []uint64) (int, error) {
	if len(indices) == 0 {
		return 0, nil
	}
	defer f.partial.Release(indices)
	response, err := r.ask(ctx, f.partial.Tree(), runs(indices))
	if err != nil {
		return 0, err
	}
	if response.Tree != f.partial.Tree() {
		return 0, fmt.Errorf("%w: an answer for another tree", dataset.ErrLie)
	}
	for _, block := range response.Blocks {
		if !slices.Contains(indices, block.Index) {
			continue
		}
		if err := f.partial.Put(block); err != nil {
			return 0, err
		}
	}
	return len(response.Blocks), nil
}

// askPresence sends one want list, for the first window in which something is missing.
func (f *fetch) askPresence(ctx context.Context, r *remote) error {
	start := f.partial.FirstMissing()
	want := wire.Want{
		Address:    wire.Address{Tree: f.partial.Tree(), Index: start},
		RangeCount: min(f.partial.Blocks()-start, wire.PresenceWindow),
		DownloadID: f.id,
	}
	return r.say(ctx, wire.ControlFrame, wire.Message{Wants: []wire.Want{want}}.Encode())
}

// runs joins ascending indices to ranges.
func runs(indices []uint64) []wire.Range {
	var ranges []wire.Range
	for _, i := range indices {
		if last := len(ranges) - 1; last >= 0 && ranges[last].Start+ranges[last].Count == i {
			ranges[last].Count++
		} else {
			ranges = append(ranges, wire.Range{Start: i, Count: 1})
		}
	}
	return ranges
}
