package exchange

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/libp2p/go-libp2p/core/peer"

	"quire/go-peer/dataset"
	"quire/go-peer/wire"
)

// Fetched is what a fetch brought.
type Fetched struct {
	Dataset *dataset.Dataset
	// Interruptions says what went wrong on the way, and was got over.
	Interruptions []string
}

// fetch is one dataset on its way from some peers.
type fetch struct {
	id       uint64
	exchange *Exchange
	partial  *dataset.Partial

	mutex         sync.Mutex
	interruptions []string
	has           map[peer.ID][]wire.Range
	// Closed and made anew with each presence.
	news chan struct{}
}

// Fetch brings the dataset with a manifest’s CID from peers into a file, checked block by block and as a whole. The peers’
// addresses are known to the host already.
func (e *Exchange) Fetch(ctx context.Context, cid wire.CID, peers []peer.ID, path string) (Fetched, error) {
	if len(peers) == 0 {
		return Fetched{}, errors.New("there is nobody to fetch from")
	}
	encoded, err := e.manifest(ctx, cid, peers)
	if err != nil {
		return Fetched{}, fmt.Errorf("no manifest: %w", err)
	}
	partial, err := dataset.Begin(cid, encoded, path)
	if err != nil {
		return Fetched{}, err
	}
	f := &fetch{exchange: e, partial: partial, has: map[peer.ID][]wire.Range{}, news: make(chan struct{})}
	e.begin(f)
	defer e.end(f)
	if err := f.run(ctx, peers); err != nil {
		return Fetched{}, errors.Join(err, partial.Abandon())
	}
	d, err := partial.Finish()
	if err != nil {
		return Fetched{}, err
	}
	e.store.Add(d)
	return Fetched{Dataset: d, Interruptions: f.interruptions}, nil
}

// run asks all peers at once; it is over when everything is here, or when none of them is left.
func (f *fetch) run(ctx context.Context, peers []peer.ID) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, len(peers))
	for _, id := range peers {
		go func() { ended <- f.from(ctx, f.exchange.remote(id)) }()
	}
	var failures []error
	for range peers {
		err := <-ended
		if f.partial.Left() == 0 {
			return nil
		}
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}

// interrupted notes what went wrong with a peer.
func (f *fetch) interrupted(err error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.interruptions = append(f.interruptions, err.Error())
}

// heard notes what a peer claims to have.
func (f *fetch) heard(from peer.ID, presence wire.Presence) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	switch presence.Kind {
	case wire.HaveRange:
		for _, r := range presence.Ranges {
			if !slices.Contains(f.has[from], r) {
				f.has[from] = append(f.has[from], r)
			}
		}
	case wire.Complete:
		f.has[from] = []wire.Range{{Start: 0, Count: f.partial.Blocks()}}
	}
	close(f.news)
	f.news = make(chan struct{})
}

// offered is what a peer has, and a channel that closes when somebody says more.
func (f *fetch) offered(id peer.ID) ([]wire.Range, <-chan struct{}) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.has[id], f.news
}
